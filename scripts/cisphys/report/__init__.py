"""The report of an analysis: one HTML file that needs no network, made from the result files.

`build.build_report` puts it together; `folder` reads the results, `verdicts` judges them, `words` and `methods` say them in
sentences, `cells` turns tables into text. `template.html.jinja`, `report.css`, `report.js` are the page, `dictionary.yaml` says
what every file and column holds.
"""

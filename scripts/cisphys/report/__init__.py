"""The report of an analysis: one HTML file that needs no network, made from the result files.

`build.build_report` puts it together; `folder` reads the results, `verdicts` judges them, `happened`, `words` and `methods` say
them in sentences, `cells` turns tables into text; `reads`, `libraries`, `quality`, `filters` and `sections` are its parts.
`template.html.jinja` with the templates that it includes, `report.css`, `report.js` are the page, `dictionary.yaml` says what
every file and column holds.
"""

"""What a fit's model must agree with before anything is counted."""

from pathlib import Path

import pytest
import yaml

from cisphys.config import load_settings
from cisphys.errors import InputError
from cisphys.fit_checks import check_models

SCHEMAS = Path(__file__).parent.parent / "workflow/schemas"
CONFIG = """\
version: 1
analysis: mine
experiments: {x: {table: counts.tsv}}
models: {net: net.yaml}
fits:
  - {model: net, experiments: [x], label: plain}
  - model: net
    experiments: [x]
    """


@pytest.mark.parametrize("asked", ["bootstrap: {replicates: 20}", "coverage: 20", "coverage: {simulations: 20}"])
def test_a_black_box_is_not_asked_for_what_only_energies_have(tmp_path, asked):
    (tmp_path / "net.yaml").write_text("{version: 1, type: blackbox}")
    path, key = tmp_path / "config.yaml", asked.partition(":")[0]
    path.write_text(CONFIG + asked)
    settings = load_settings(yaml.safe_load(path.read_text()), path, SCHEMAS / "config.schema.yaml")
    with pytest.raises(InputError) as mistake:
        check_models(settings, [], [], [], SCHEMAS / "model.schema.yaml")
    assert str(mistake.value).endswith(
        f"config.yaml, line 9: a black box has no energies, and so no {key} of them. Take `{key}` out."
    )

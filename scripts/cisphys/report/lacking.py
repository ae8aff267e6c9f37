"""What a fit lacks, as sentences: what validation variants choose and test variants confirm."""

from collections.abc import Sequence

import pandas as pd

from cisphys.coordinates import spans
from cisphys.figures.lacking import confirmed
from cisphys.report.cells import decimal

MOST_NAMED = 5  # pairs, places or parameters that sentences name
NOTHING = "No position outside the sites, no pair and no other width of a site gains on variants that were not fitted."
UNTESTED = "The model covers all positions and all pairs of them: there was nothing to test."
RESTRICTIONS = ["site_narrower", "site_shifted"]


def lacking_sentences(table: pd.DataFrame, numbering: int | None) -> list[str]:
    """Return what a model lacks as sentences for the report, from lacking.tsv; text columns are strings."""
    if table.empty:
        return [UNTESTED]
    table = table.fillna({"site": "", "positions": ""})
    found = table[confirmed(table) & ~table["kind"].isin(RESTRICTIONS)]
    said = [*_positions(table, found, numbering), *_wider(found), *_listed(found, "pair"), *_listed(found, "site_elsewhere")]
    said += _listed(found, "shared_parameter")
    return [*(said or [NOTHING]), *_idle(table)]


def _nats(row: pd.Series) -> str:
    gain, low, high = (decimal(row[column], 0) for column in ("gain", "low95", "high95"))
    return f"{gain} nats on the test variants, 95 % interval {low} to {high}"


def _positions(table: pd.DataFrame, found: pd.DataFrame, numbering: int | None) -> list[str]:
    """Say which positions act on which site, those that one site covers and those that none covers apart."""
    tested = table[table["kind"] == "position"]
    sites = set(tested["site"])
    covers = {place: " and ".join(sorted(sites - set(rows["site"]) - {""})) for place, rows in tested.groupby("positions")}
    own = found[found["kind"] == "position"]
    said = []
    for cover, rows in own.groupby(own["positions"].map(covers)):
        while len(rows):
            site = rows.groupby("site")["validation_gain"].sum().idxmax()
            here = rows[rows["site"] == site]
            as_well = rows[rows["positions"].isin(here["positions"]) & (rows["site"] != site)]
            others = [other for other, each in as_well.groupby("site") if 2 * len(each) >= len(here)]
            said.append(_acting(here, site, others, cover, numbering))
            rows = rows[~rows["positions"].isin(here["positions"])]
    return said


def _acting(rows: pd.DataFrame, site: str, others: Sequence[str], cover: str, numbering: int | None) -> str:
    many = len(rows) > 1
    places = spans(rows["positions"].astype(int).tolist(), numbering)
    named = [each or "the latent" for each in (site, *others)]
    target = f"{named[0]} (or on {' or '.join(named[1:])})" if others else named[0]
    where = f"which {cover} covers" if cover else f"and no site covers {'them' if many else 'it'}"
    best = f"{'the strongest' if many else 'it'} gains {_nats(rows.iloc[0])}"
    return f"{'Positions' if many else 'Position'} {places} {'act' if many else 'acts'} on {target}, {where}; {best}."


def _wider(found: pd.DataFrame) -> list[str]:
    """Say the best way to make each site wider."""
    best = found[found["kind"] == "site_wider"].drop_duplicates("site")
    return [f"{row['what']}: {_nats(row)}." for _, row in best.iterrows()]


def _listed(found: pd.DataFrame, kind: str) -> list[str]:
    """Name the best of a kind, and say how many more there are."""
    rows = found[found["kind"] == kind]
    rows = rows.drop_duplicates("positions") if kind == "pair" else rows
    named = [f"{row['what'][0].upper()}{row['what'][1:]}: {_nats(row)}." for _, row in rows[:MOST_NAMED].iterrows()]
    more = len(rows) - len(named)
    noun = {"pair": "pairs of positions", "site_elsewhere": "places", "shared_parameter": "parameters"}[kind]
    return [*named, f"So do {more} more {noun}."] if more > 0 else named


def _idle(table: pd.DataFrame) -> list[str]:
    """Say which ends of sites carry nothing that held-out variants notice."""
    rows = table[(table["kind"] == "site_narrower") & (table["high95"] > 0) & (table["validation_gain"] > -2)]
    widest = rows.assign(many=rows["positions"].str.split().str.len()).sort_values("many", kind="stable")
    return [
        f"Variants that were not fitted do not tell that {row['site']} reads {row['what'].partition(' read ')[2]}."
        for _, row in widest.iterrows()
    ]

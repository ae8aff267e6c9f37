"""A second, slow way to read layouts: every place and every index is tried. It shares nothing with the library.

A line is a list of tuples: ("sample" | "barcode" | "variant" | "umi" | "skip", least, most, mismatches, reverse, lowest quality,
whether an N is a mismatch), ("constant", letters, mismatches) and ("gap",).
"""

CODES = {code: code for code in "ACGT"} | {"R": "AG", "Y": "CT", "S": "CG", "W": "AT", "K": "GT", "M": "AC"}
CODES |= {"B": "CGT", "D": "AGT", "H": "ACT", "V": "ACG", "N": "ACGTN"}
OPPOSITE = dict(zip("ACGTN", "TGCAN", strict=True))


def as_text(line):
    """Write a line in the layout's own words."""
    return " ".join(_word(*element) for element in line)


def _word(kind, *rest):
    if kind == "gap":
        return "*"
    if kind == "constant":
        return f"{rest[0]}~{rest[1]}" if rest[1] else rest[0]
    least, most, mismatches, reverse, quality, with_n = rest
    text = f"{'' if kind == 'skip' else kind}[{least if least == most else f'{least}-{most}'}]"
    limits = ",".join([f"q{quality}"] * bool(quality) + ["n"] * with_n)
    text += (f"~{mismatches}" if mismatches else "") + (f"{{{limits}}}" if limits else "")
    return f"rc({text})" if reverse else text


def turn(letters):
    return "".join(OPPOSITE[letter] for letter in reversed(letters))


def differences(read, letters):
    return sum(base not in CODES[code] for base, code in zip(read, letters, strict=True))


def read_unit(lines, unit, samples):
    """Give (sample, fate, contents) of one unit.

    lines : the lines; unit : (sequence, Phred qualities) for each line, (fate, None) for one that cannot be read
    samples : {index with parts joined by +: name}
    """
    wanted = sum(element[0] == "sample" for line in lines for element in line)
    parts, spans, ends = [], [], []
    name = next(iter(samples.values())) if not wanted else "-"
    for line, (sequence, qualities) in zip(lines, unit, strict=True):
        ends.append(len(spans))
        if qualities is None:
            return name, sequence, ()
        read = "".join(base if base in "ACGT" else "N" for base in sequence.upper())
        at = 0
        for number, element in enumerate(line):
            following = line[number + 1] if number + 1 < len(line) else None
            before = line[number - 1] if number else ("none",)
            kind = element[0]
            if kind == "gap" or (is_open(element) and following and following[0] == "constant"):
                continue
            if kind == "constant":
                size, opened = len(element[1]), before[0] == "gap" or is_open(before)
                first, last = at, at
                if opened:
                    first, last = (at, len(read)) if before[0] == "gap" else (at + before[1], at + before[2])
                places = [place for place in range(first, last + 1) if place + size <= len(read)]
                if not places:
                    return name, "bad_length", ()
                found = min(places, key=lambda place: (differences(read[place : place + size], element[1]), place))
                if differences(read[found : found + size], element[1]) > element[2]:
                    return name, "constant_missing", ()
                if is_open(before):
                    spans.append((before, read[at:found], qualities[at:found]))
                at = found + size
                if not (is_open(before) and before[0] == "sample"):
                    continue
                element, letters = before, spans[-1][1]
                near = nearest_part(letters, element, len(parts), samples, whole=True)
            elif kind == "sample":
                if len(read) < at + element[1]:
                    return name, "bad_length", ()
                near = nearest_part(read[at:], element, len(parts), samples, whole=False)
                end = at + (len(near[0]) if near else 0)
                spans.append((element, read[at:end], qualities[at:end]))
                at = end
            else:
                length = element[2] if element[1] == element[2] else len(read) - at
                if at + length > len(read) or not element[1] <= length <= element[2]:
                    return name, "bad_length", ()
                spans.append((element, read[at : at + length], qualities[at : at + length]))
                at += length
                continue
            if not near:
                return "-", "no_sample", ()
            if len(near) > 1:
                return "-", "ambiguous_sample", ()
            parts.append(near[0])
            if len(parts) == wanted:
                name = samples.get("+".join(parts), "-")
                if name == "-":
                    return "-", "no_sample", ()
    return judged(name, [spans[begin:end] for begin, end in zip(ends, [*ends[1:], len(spans)], strict=True)])


def is_open(element):
    return element[0] in ("sample", "barcode", "variant", "umi", "skip") and element[1] != element[2]


def nearest_part(letters, element, place, samples, whole):
    """Name the parts that are nearest to a reading, which is the whole index or begins with it."""
    mismatches, reverse = element[3], element[4]
    ranked = {}
    for part in {index.split("+")[place] for index in samples}:
        shown = turn(part) if reverse else part
        if len(shown) == len(letters) if whole else len(shown) <= len(letters):
            ranked[part] = differences(letters[: len(shown)], shown)
    least = min(ranked.values(), default=99)
    return [part for part, apart in ranked.items() if apart == least <= mismatches]


def judged(name, lines):
    """Test the contents of all lines' spans."""
    spans = [span for line in lines for span in line]
    found = {"barcode": [], "variant": [], "umi": []}
    for line in lines:
        on_the_other_strand = all(element[4] for element, _, _ in line if element[0] == "variant")
        for kind in found:
            own = [(element, letters) for element, letters, _ in line if element[0] == kind]
            found[kind] += own[::-1] if kind == "variant" and on_the_other_strand else own
    for kind in found:
        if any("N" in letters and not element[6] for element, letters in found[kind]):
            return name, "has_n", ()
    for element, _, qualities in spans:
        if any(quality < element[5] for quality in qualities):
            return name, "low_quality", ()
    shown = {kind: [turn(letters) if element[4] else letters for element, letters in own] for kind, own in found.items()}
    variant = ["".join(shown["variant"])] if shown["variant"] else []
    return name, "", (*shown["barcode"], *variant, *shown["umi"])

"""`python -m benchmarks [NAME …] [--rows N] [--json]`: run benchmarks beside their rivals, and print ratios first."""

import argparse
import importlib

import msgspec

from benchmarks.measurement import Finding, describe_machine

NAMES = (
    "sessionize",
    "refresh",
    "transitions",
    "ways",
    "funnel",
    "pairs",
    "rules",
    "shuffled",
    "ingest",
    "answer",
    "next_click",
    "taste",
    "page_model",
    "rebuild",
    "also_bought",
    "live_sessions",
    "collector",
    "install",
)


def main() -> None:
    """Run the benchmarks that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {', '.join(NAMES)}; all by default")
    parser.add_argument("--rows", type=int, help="rows or lines, instead of each benchmark's own number")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args()
    if unknown := set(given.names) - set(NAMES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; choose from {', '.join(NAMES)}")
    machine, findings = describe_machine(), []
    if not given.json:
        print("  ".join(f"{name} {value}" for name, value in machine.items()))
    for name in given.names or NAMES:
        for finding in importlib.import_module(f"benchmarks.{name}").answer(given.rows):
            findings.append(finding)
            if not given.json:
                _show(finding)
    if given.json:
        rows = [msgspec.to_builtins(finding) | {"reached": finding.reached} for finding in findings]
        print(msgspec.json.encode({"machine": machine, "findings": rows}).decode())


def _show(finding: Finding) -> None:
    verdict = {True: "reached", False: "MISSED", None: ""}[finding.reached]
    wanted = f"target {finding.target}: {verdict}" if finding.target else ""
    print(f"\n{finding.ratio:.3f} {finding.unit}  {finding.question}  {wanted}")
    print("    " + "  ".join(f"{name}={value}" for name, value in finding.detail.items()), flush=True)


if __name__ == "__main__":
    main()

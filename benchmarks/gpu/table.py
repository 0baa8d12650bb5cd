"""The rows of a figures file as the table of docs/performance.md: python table.py FILE. Needs no PyTorch."""
import json
import sys

COLUMNS = (("workload", "{}"), ("stage", "{}"), ("best", "{:.3f}"), ("median", "{:.3f}"), ("tflop", "{:.1f}"), ("tflops", "{:.0f}"),
           ("limit", "{:.3f}"), ("of_limit", "{:.2f}"), ("peak_gib", "{:.1f}"), ("note", "{}"))


def main(file):
    with open(file) as lines:
        rows = [json.loads(line) for line in lines]
    for machine in dict.fromkeys(row["machine"] for row in rows):
        own = [row for row in rows if row["machine"] == machine]
        cases = [row for row in own if "case" in row and "skipped" not in row]
        print(f"\n{machine}")
        if cases:
            print(f"\nReference tensors: {sum(row['passed'] for row in cases)} of {len(cases)} runs of cases pass.")
        print("\n| workload | stage | best s | median s | TFLOP | TFLOP/s | limit s | of limit | peak GiB | note |\n|" + "---|" * len(COLUMNS))
        for row in own:
            if "stage" in row:
                print("| " + " | ".join(form.format(row[key]) if key in row else "" for key, form in COLUMNS) + " |")


if __name__ == "__main__":
    main(sys.argv[1])

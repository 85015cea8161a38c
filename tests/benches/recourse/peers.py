"""How long the cheapest way takes a constraint solver and a sampling library, on the rows that the native run wrote.

usage: python peers.py DECLINED.json. The solver gets what `microlp` gets and has to find the same optimum. The library
knows the card as a model that it may ask; it finds some way, not the cheapest, and its time is for one of them.
"""

import json
import os
import statistics
import sys
import time
import warnings

# No progress bar for every row; read when the library is imported.
os.environ["TQDM_DISABLE"] = "1"

import dice_ml
import pandas
from ortools.sat.python import cp_model

SAMPLED = 25


def quantiles(times):
    """The median and the 99th percentile, in microseconds."""
    ordered = sorted(times)
    return statistics.median(ordered) * 1e6, ordered[len(ordered) * 99 // 100] * 1e6


def solve(row):
    """The least effort and the time that it took, the model's building included."""
    start = time.perf_counter()
    model = cp_model.CpModel()
    points, effort = [], []
    for group in row["groups"]:
        ways = [model.new_bool_var("") for _ in group]
        model.add_exactly_one(ways)
        points += [one["points"] * way for one, way in zip(group, ways)]
        effort += [one["effort"] * way for one, way in zip(group, ways)]
    model.add(sum(points) >= row["needed"])
    model.minimize(sum(effort))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    took = time.perf_counter() - start
    found = round(solver.objective_value) if status == cp_model.OPTIMAL else None
    return found, took


class Card:
    """The scorecard, asked in the way that the library asks a classifier."""

    classes_ = [0, 1]

    def __init__(self, shared):
        self.features = shared["card"]
        self.approved_from = shared["approved_from"]

    def points(self, feature, value):
        place = feature["codes"].index(value) if feature["codes"] else round(float(value))
        return next(points for upto, points in feature["bins"] if place <= upto)

    def predict_proba(self, rows):
        names = [feature["name"] for feature in self.features]
        answers = []
        for row in rows[names].itertuples(index=False):
            total = sum(self.points(feature, value) for feature, value in zip(self.features, row))
            answers.append([0.0, 1.0] if total >= self.approved_from else [1.0, 0.0])
        return pandas.DataFrame(answers).to_numpy()

    def predict(self, rows):
        return self.predict_proba(rows).argmax(axis=1)


def sample(shared):
    """Times of the library, one per row that has all facts and can be helped; and how many it found a way for."""
    card = Card(shared)
    names = [feature["name"] for feature in card.features]
    known = [
        {name: row["facts"][name] for name in names}
        for row in shared["rows"]
        if row["least"] is not None
        and all(not isinstance(row["facts"].get(name, {}), dict) for name in names)
    ]
    continuous = [feature["name"] for feature in card.features if not feature["codes"]]
    frame = pandas.DataFrame(known)
    frame["approved"] = card.predict(frame)
    data = dice_ml.Data(dataframe=frame, continuous_features=continuous, outcome_name="approved")
    library = dice_ml.Dice(data, dice_ml.Model(model=card, backend="sklearn"), method="random")
    movable = [feature["name"] for feature in card.features if feature["can_change"]]
    ranges = {
        feature["name"]: [feature["min"], feature["max"]] if not feature["codes"] else feature["codes"]
        for feature in card.features
        if feature["can_change"]
    }
    times, found = [], 0
    for row in known[:SAMPLED]:
        query = pandas.DataFrame([row])
        start = time.perf_counter()
        try:
            answer = library.generate_counterfactuals(
                query,
                total_CFs=1,
                desired_class=1,
                features_to_vary=movable,
                permitted_range=ranges,
                random_seed=1,
                verbose=False,
            )
            found += len(answer.cf_examples_list[0].final_cfs_df) > 0
        except dice_ml.utils.exception.UserConfigValidationException:
            pass  # It says so where it finds nothing.
        times.append(time.perf_counter() - start)
    return times, found


def main():
    warnings.simplefilter("ignore")
    with open(sys.argv[1], encoding="utf-8") as file:
        shared = json.load(file)
    times = []
    for row in shared["rows"]:
        found, took = solve(row)
        assert found == row["least"], f"the solver says {found}, the engine {row['least']}"
        times.append(took)
    print(f"{'':<28} {'median, µs':>12} {'99 %, µs':>12}")
    median, most = quantiles(times)
    print(f"{'OR-tools CP-SAT':<28} {median:>12.1f} {most:>12.1f}")
    times, found = sample(shared)
    median, most = quantiles(times)
    print(f"{'DiCE, random, one way':<28} {median:>12.1f} {most:>12.1f}")
    print(f"DiCE found some way for {found} of {len(times)} rows that can be helped")


main()

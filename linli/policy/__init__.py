"""政策规则: policy documents as data, and what they mean for a place on a day.

Pure: no web framework, no database, no clock. The way in: `rulebook.open_rulebook`, then `decide.decide`,
`judge.judge`, `diff.compare`; `gate.check_packs` before anybody relies on a pack.
"""

"""任务清单: what is due today, for whom, by whom, under which clause; derived for any day, never stored."""

"""What came back after the tip: record holders' answers, returned checks, devices' results, to facts and rejects."""

#!/usr/bin/env bash
# One would guess that `litestream replicate` sends what is not sent yet when it is told to end, by SIGTERM or by the end of
# the program that it runs with -exec.
# What happens (github.com/benbjohnson/litestream v0.5.18, with a file as the replica; 2026-12-01): it does not look at the
# database again. What was committed since the last look is not in the replica, and the exit code is 0. Looks are
# monitor-interval apart (1 s unless set; an hour here, so that none falls between): of a job that is done within it,
# nothing is backed up. `replicate -once`, run afterwards, sends it.
# Why an S3 user meets it: a batch job, or a container that is stopped, has a backup in S3 that lacks its last second or is
# empty, and nothing says so until the restore.
# Source: this run; what -exec is for: Litestream's documentation, "Running in a Docker container".
. "$(dirname "$0")/setup.sh"
export GOBIN=$work/bin PATH=$work/bin:$PATH
go install github.com/benbjohnson/litestream/cmd/litestream@v0.5.18 >go.log 2>&1 || { cat go.log >&2; exit 2; }
cat >l.yml <<EOF2
dbs:
  - path: $work/db
    monitor-interval: 1h
    replica: {type: file, path: $work/replica, sync-interval: 1h}
EOF2
cat >rows.py <<'EOF2'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
if len(sys.argv) > 2:
    db.execute("pragma journal_mode=wal")
    db.execute("create table if not exists t(n)")
    db.executemany("insert into t values(?)", [(n,) for n in range(int(sys.argv[2]))])
    db.commit()
print(db.execute("select count(*) from t").fetchone()[0])
EOF2
# restored prints how many rows the replica gives back.
restored() {
  rm -f back*
  litestream restore -config l.yml -o back db >restore.log 2>&1 || { echo 'nothing to restore' && return; }
  python3 rows.py back
}

litestream version
code=0
litestream replicate -config l.yml -exec "python3 $work/rows.py $work/db 100" >exec.log 2>&1 || code=$?
expect 'exit code of -exec' 0 "$code"
expect 'rows that the program wrote' 100 "$(python3 rows.py db)"
expect 'rows in the replica after -exec' 'nothing to restore' "$(restored)"

litestream replicate -config l.yml >term.log 2>&1 &
pid=$!
started+=("$pid")
until grep -q 'replicating to' term.log; do sleep 0.1; done
python3 rows.py db 5 >rows.log
kill -TERM "$pid"
wait "$pid" || code=$?
expect 'exit code after SIGTERM' 0 "$code"
expect 'rows in the replica after SIGTERM' 'nothing to restore' "$(restored)"

litestream replicate -config l.yml -once >once.log 2>&1
expect 'rows in the replica after -once' 105 "$(restored)"

#!/usr/bin/env bash
# Stops what slurm-up.sh started, by its files of process numbers. Usage: slurm-down.sh DIR
D=$(cd "${1:?state directory}" && pwd)
for f in "$D"/slurmd.*.pid "$D"/slurmctld.pid "$D"/munge/munged.pid; do
  [ -s "$f" ] && kill "$(cat "$f")" 2>/dev/null
done
sleep 1

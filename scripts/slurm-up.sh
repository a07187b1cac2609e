#!/usr/bin/env bash
# A Slurm of N nodes on one machine, for tests: munged, slurmctld and N slurmd under names and ports of their own.
# No systemd, no control groups, no accounting; state, key, sockets and logs lie under DIR, whose path must be short.
# Needs root. Usage: slurm-up.sh DIR [NODES]
set -euo pipefail
D=${1:?state directory}; N=${2:-2}; mkdir -p "$D"; D=$(cd "$D" && pwd)
mkdir -p "$D"/{ctld,log,munge}; chmod 755 "$D"; chmod 711 "$D/munge"
HOST=$(hostname -s); P=${SLURM_TEST_PORT:-16817}
MEM=$(( $(awk '/MemTotal/{print $2}' /proc/meminfo) / 1024 / N * 8 / 10 ))
[ -s "$D/munge/key" ] || ( umask 077; head -c 128 /dev/urandom > "$D/munge/key" )
/usr/sbin/munged --force --key-file="$D/munge/key" --socket="$D/munge/munge.sock" --pid-file="$D/munge/munged.pid" \
  --log-file="$D/munge/munged.log" --seed-file="$D/munge/seed" --num-threads=2
cat > "$D/slurm.conf" <<C
ClusterName=offsim-test
SlurmctldHost=$HOST(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$D/munge/munge.sock
CredType=cred/munge
SlurmctldPort=$P
SlurmctldPidFile=$D/slurmctld.pid
SlurmdPidFile=$D/slurmd.%n.pid
StateSaveLocation=$D/ctld
SlurmdSpoolDir=$D/spool.%n
SlurmctldLogFile=$D/log/slurmctld.log
SlurmdLogFile=$D/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1,sched_min_interval=0
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MaxArraySize=10001
MaxJobCount=20000
MinJobAge=300
KillWait=5
SlurmctldTimeout=30
SlurmdTimeout=${SLURM_TEST_SLURMD_TIMEOUT:-30}
SlurmdParameters=config_overrides
C
for i in $(seq 1 "$N"); do
  mkdir -p "$D/spool.n$i"
  echo "NodeName=n$i NodeHostname=$HOST NodeAddr=127.0.0.1 Port=$((P+i)) CPUs=1 RealMemory=$MEM State=UNKNOWN" >> "$D/slurm.conf"
done
echo "PartitionName=main Nodes=n[1-$N] Default=YES MaxTime=INFINITE State=UP" >> "$D/slurm.conf"
echo 'CgroupPlugin=cgroup/v1' > "$D/cgroup.conf"
export SLURM_CONF=$D/slurm.conf
/usr/sbin/slurmctld
for i in $(seq 1 "$N"); do /usr/sbin/slurmd -N "n$i"; done
for _ in $(seq 1 60); do
  [ "$(sinfo -h -N -o '%T' 2>/dev/null | grep -cE '^idle$')" = "$N" ] && exit 0
  sleep 0.5
done
sinfo -N >&2
exit 1

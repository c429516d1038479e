#!/bin/bash
# A local Slurm for tests: two virtual nodes of one processor each, on the loopback interface only, without systemd,
# with all files in one folder.
#
#   slurm-cluster.sh up FOLDER      starts munged, slurmctld and two slurmd; returns when both nodes are idle
#   slurm-cluster.sh node FOLDER N  restarts the slurmd of node N
#   slurm-cluster.sh down FOLDER    ends all jobs and daemons
#
# Programs find it through SLURM_CONF=FOLDER/slurm.conf. Needs slurmctld, slurmd, slurm-client and munge, but not root.
set -u
folder=$(realpath -m "$2")
host=$(hostname -s)
port=${SLURM_TEST_PORT:-16817}
export SLURM_CONF=$folder/slurm.conf PATH=$PATH:/usr/sbin:/sbin

up() {
  # Socket paths are limited to about a hundred characters, and munge requires that all users can enter its folders.
  [ ${#folder} -lt 70 ] || { echo "$folder: too long for sockets; use less than 70 characters" >&2; exit 2; }
  umask 022
  mkdir -p "$folder"/{munge,state,spool,log,run} && chmod 755 "$folder" && chmod 700 "$folder/munge" || exit 2
  head -c 128 /dev/urandom > "$folder/munge/key" && chmod 400 "$folder/munge/key" || exit 2
  # With control groups, no process outlives its job.
  local track=proctrack/pgid
  if [ "$(id -u)" = 0 ] && [ -w /sys/fs/cgroup/freezer ]; then track=proctrack/cgroup; fi
  printf 'CgroupPlugin=cgroup/v1\nCgroupMountpoint=/sys/fs/cgroup\nCgroupAutomount=no\n' > "$folder/cgroup.conf"
  cat > "$SLURM_CONF" << CONF
ClusterName=sambench
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
SlurmctldPort=$port
AuthType=auth/munge
CredType=cred/munge
# A requeued task waits until its credential has expired: two minutes by default, seconds here.
AuthInfo=socket=$folder/run/munge.socket,cred_expire=5
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/slurmd.%n.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.%n.log
MailProg=/bin/true
MpiDefault=none
SwitchType=switch/none
ProctrackType=$track
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=1,batch_sched_delay=0
ReturnToService=2
JobRequeue=1
MaxArraySize=51
MinJobAge=600
KillWait=10
SlurmdTimeout=10
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SlurmdParameters=config_overrides
NodeName=node1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=1 RealMemory=4000 State=UNKNOWN
NodeName=node2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=1 RealMemory=4000 State=UNKNOWN
PartitionName=test Nodes=node1,node2 Default=YES MaxTime=INFINITE State=UP
CONF
  munged --force --key-file="$folder/munge/key" --socket="$folder/run/munge.socket" \
    --pid-file="$folder/run/munged.pid" --log-file="$folder/log/munged.log" \
    --seed-file="$folder/munge/seed" 2> "$folder/log/munged.start" || { cat "$folder/log/munged.start" >&2; exit 3; }
  slurmctld || exit 3
  for node in node1 node2; do slurmd -N $node || exit 3; done
  for _ in $(seq 200); do
    [ "$(sinfo -h -N -t idle -o %N 2> /dev/null | sort -u | wc -l)" = 2 ] && return
    sleep 0.05
  done
  echo "the nodes did not come up" >&2
  sinfo -N >&2
  tail -n 20 "$folder"/log/slurmctld.log "$folder"/log/slurmd.node1.log >&2
  exit 4
}

down() {
  scancel -u "$(id -un)" 2> /dev/null
  sleep 0.3
  local pids alive
  pids=$(cat "$folder"/run/slurm*.pid 2> /dev/null)
  scontrol shutdown 2> /dev/null
  for _ in $(seq 100); do
    alive=
    for pid in $pids; do [ -e "/proc/$pid/exe" ] && alive=1; done
    [ -z "$alive" ] && break
    sleep 0.1
  done
  # A slurmd without a controller ignores requests to shut down.
  for pid in $pids; do [ -e "/proc/$pid/exe" ] && kill -9 "$pid"; done
  munged --stop --socket="$folder/run/munge.socket" > /dev/null 2>&1
  for node in node1 node2; do
    find "/sys/fs/cgroup/freezer/slurm_$node" -depth -type d -exec rmdir {} + 2> /dev/null
  done
  true
}

case $1 in
  up) up ;;
  node) slurmd -N "$3" ;;
  down) down ;;
  *) echo "usage: slurm-cluster.sh up|node|down FOLDER" >&2; exit 64 ;;
esac

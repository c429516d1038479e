#!/bin/bash
# Everything that `submit` promises, tried on a real Slurm: slurm-cluster.sh starts one on this machine and stops it
# afterwards. Usage: test-slurm.sh PROGRAM [SUITE...]; the suites are those of the smoke profile, all by default.
# In braces, so that the shell has read all of it before it begins.
{
set -u
program=$(realpath "$1")
shift
root=$(cd "$(dirname "$0")/.." && pwd)
here=$(mktemp -d /tmp/sambench-slurm.XXXXXX)
chmod 755 "$here"
export SLURM_CONF=$here/slurm/slurm.conf PATH=$PATH:/usr/sbin:/sbin
unset SAMBENCH_DATA
began=$SECONDS

finish() {
  local status=$?
  if [ $status != 0 ]; then
    echo "--- FAILED after $((SECONDS - began)) s; squeue and the last lines of the logs:" >&2
    squeue -r -t all >&2
    tail -n 15 "$here"/slurm/log/slurmctld.log >&2
    tail -n 8 "$here"/work/results/*/cluster/*/log/*.out >&2
  fi
  bash "$root/tools/slurm-cluster.sh" down "$here/slurm"
  rm -rf "$here"
  exit $status
}
trap finish EXIT
trap 'exit 1' INT TERM

say() { echo "[$((SECONDS - began)) s] $*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }

# until_true SECONDS WHAT COMMAND...: waits for a condition, with a deadline.
until_true() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" > /dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || fail "$what: not within the time"
    sleep 0.2
  done
}

# The state and the restarts of one task, "RUNNING 0".
task() { squeue -r -h -t all -O 'ArrayJobID:|,ArrayTaskID:|,State:|,RestartCnt:|' | awk -F'|' -v t="$1" '$1"_"$2 == t {print $3, $4}'; }
is() { [[ $(task "$1") == $2 ]]; }
field() { "$program" status -p "$1" --format json "${@:3}" | grep -o "\"$2\":[0-9]*" | head -n 1 | cut -d: -f2; }
# Nothing of a profile is queued or running any more.
over() { [ "$(squeue -r -h -u "$(id -u)" -t PD,R,CG,S,CF | wc -l)" = 0 ]; }

# ---- the cluster
for name in munged slurmctld slurmd sbatch; do
  command -v $name > /dev/null || fail "$name is not installed: apt-get install slurmctld slurmd slurm-client munge"
done
bash "$root/tools/slurm-cluster.sh" up "$here/slurm" || fail "the cluster did not start"
say "Slurm $(sbatch --version | cut -d' ' -f2), two nodes"

mkdir "$here/work"
cp -r "$root/suites" "$here/work/suites"
cd "$here/work" || exit 1

# ---- 1. the smoke profile as arrays
"$program" submit "$@" -p smoke || fail "submit"
[ "$("$program" submit "$@" -p smoke | grep -c ' 0 to send')" = 1 ] || fail "what is queued was sent again"
cells=$(field smoke cells "$@")
until_true 600 "the smoke profile" over
[ "$(field smoke finished "$@")" = "$cells" ] || fail "$(field smoke finished "$@") of $cells smoke cells finished"
say "smoke profile: $cells cells trained by array tasks"

# ---- 2. faults on cells of some seconds
cat > suites/long.yaml << 'SUITE'
title: Cells long enough to be disturbed
axes:
  datasets: [{name: cifar10, label: CIFAR-10}]
  models: [{name: resnet, label: ResNet, depth: 10, width: 8}]
  methods: [{name: sgd, label: SGD}, {name: sam, label: SAM}, {name: vsam, label: vSAM, start: 20}]
  seeds: [1]
rules: [{set: {dataset: {source: generated, training: 1000, test: 200}, recipe: {epochs: EPOCHS, batch_size: 50}}}]
resources: [{set: {cpus: 1, memory: 500M, time: "00:10:00"}}]
profiles: {fault: {evidence: false}}
SUITE
sed -i "s/EPOCHS/${SLURM_TEST_EPOCHS:-20}/" suites/long.yaml
sent=$("$program" submit long -p fault --checkpoint-every 2s) || fail "submit"
job=$(grep -o '^job [0-9]*' <<< "$sent" | cut -d' ' -f2)
until_true 60 "the first two cells" is "${job}_1" "RUNNING*"

# A cell that waits is canceled and submitted again.
"$program" cancel long -p fault --only method=vsam | grep -q '1 cell canceled' || fail "cancel"
until_true 60 "the end of the canceled cell" bash -c '! squeue -r -h -t PD,R,CG -o %F_%K | grep -q '"${job}_2"
again=$("$program" submit long -p fault --checkpoint-every 2s)
grep -q ' 1 to send' <<< "$again" || fail "not exactly the canceled cell was sent again: $again"
say "only the canceled cell was submitted again"

# The node of a running cell dies: its slurmd, its step daemon and the program.
node=$(squeue -r -h -t R -o '%F_%K %N' | awk -v t="${job}_0" '$1 == t {print $2}')
pid=$(pgrep -f "$here/work/results/fault/cluster/001/plan.jsonl 1 0\$") || fail "the first cell has no process"
step=$(ps -o ppid= -p "$pid")
until_true 60 "a checkpoint of the first cell" bash -c "ls results/fault/work/*/checkpoint-*"
kill -9 "$(cat "$here/slurm/run/slurmd.$node.pid")" $step "$pid"
scontrol update "nodename=$node" state=down reason=test
until_true 60 "the lost cell in the queue again" is "${job}_0" "* 1"
sleep 1
bash "$root/tools/slurm-cluster.sh" node "$here/slurm" "$node"
scontrol update "nodename=$node" state=resume 2> /dev/null
say "$node died under a cell, and the cell is queued again"

# The time of a running cell runs out: it is warned, writes a checkpoint and queues itself again.
until_true 120 "the second cell" is "${job}_1" "RUNNING*"
scontrol update "jobid=${job}_1" TimeLimit=2 || fail "the time limit cannot be changed"
until_true 120 "the cell whose time ran out in the queue again" is "${job}_1" "* 1"
grep -q "requeuing the task" results/fault/cluster/001/log/"${job}_1.out" || fail "it did not queue itself"
scontrol update "jobid=${job}_1" TimeLimit=10
say "a cell whose time ran out wrote a checkpoint and queued itself again"

until_true 300 "the disturbed cells" over
[ "$(field fault finished long)" = 3 ] || { "$program" status long -p fault; fail "not all disturbed cells finished"; }
for index in 0 1; do
  grep -q "resumes after iteration [1-9]" results/fault/cluster/001/log/${job}_$index.out || fail "task $index began anew"
done
say "all disturbed cells finished, each from its last checkpoint"

# ---- 3. the same without a cluster, and the science compared
"$program" run "$@" -p smoke --results local -j 2 --threads 1 --quiet || fail "the local run"
"$program" run long -p fault --results local -j 2 --threads 1 --quiet || fail "the local run"
for profile in smoke fault; do
  merged=$("$program" merge "local/$profile" -p "$profile") || fail "$profile: digests differ: $merged"
  grep -q "^0 added, [1-9][0-9]* same, 0 differs, 0 damaged" <<< "$merged" || fail "$profile: $merged"
  say "$profile against a local run: $merged"
done
say "passed"
exit 0
}

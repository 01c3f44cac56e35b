# shellcheck shell=bash
# shellcheck disable=SC2154 # BATS_* and the addresses come from elsewhere
# What the tests of the bootstrap scripts share: a fake node, quick naps, stand-ins for systemctl and aws.

SCRIPTS=$BATS_TEST_DIRNAME/../../bootstrap-scripts
AGENT=$SCRIPTS/worker-agent.sh
WORK=$BATS_TEST_TMPDIR

# Stand-ins come first on the PATH. A nap lasts a fifth of a second; deadlines go by the real clock all the same.
make_stand_ins() {
  mkdir -p "$WORK/bin"
  printf '#!/bin/sh\nexec /bin/sleep 0.2\n' >"$WORK/bin/sleep"
  cat >"$WORK/bin/systemctl" <<'END'
#!/bin/bash
echo "$*" >>"$WORK/systemctl.calls"
case $1 in
  is-system-running) cat "$WORK/system-state" 2>/dev/null || exit 1 ;;
  is-active) [[ ! -e $WORK/unit-is-down ]] ;;
  restart) [[ ! -e $WORK/on-restart ]] || bash "$WORK/on-restart" "$2" ;;
  start) [[ ! -e $WORK/no-systemd ]] ;;
esac
END
  cat >"$WORK/bin/aws" <<'END'
#!/bin/bash
# aws s3 cp --only-show-errors s3://bucket/key FILE
cp "$WORK/s3/${4#s3://}" "$5"
END
  chmod +x "$WORK"/bin/*
  export WORK PATH="$WORK/bin:$PATH"
}

start_node() {
  node "$BATS_TEST_DIRNAME/fake-node.mjs" "$WORK/addresses" </dev/null >"$WORK/node.log" 2>&1 3>&- &
  NODE_PID=$!
  wait_until test -s "$WORK/addresses"
  # shellcheck disable=SC1091
  source "$WORK/addresses"
}

# set_node PART JSON: changes how engine, coordinator or imds behave.
set_node() { curl -sS --fail --data "$2" "$CONTROL/$1" >/dev/null; }
seen() { curl -sS "$CONTROL/seen"; }
engine_state() { seen | sed 's/.*"state":"\([A-Z_]*\)".*/\1/'; }
state_is() { [[ $(engine_state) == "$1" ]]; }
puts() { seen | sed 's/.*"puts":\[\(.*\)\],"looksToPut.*/\1/; s/\\"//g; s/"//g'; }
seen_number() { seen | sed "s/.*\"$1\":\([0-9]*\).*/\1/"; }

agent_settings() {
  export PRESTOSCALE_CONF=$WORK/agent.conf PRESTOSCALE_ENGINE_URL=$ENGINE PRESTOSCALE_IMDS=$IMDS \
    PRESTOSCALE_RUN_DIR=$WORK/run PRESTOSCALE_POLL_SECONDS=1 PRESTOSCALE_GRACE_SECONDS=60 \
    PRESTOSCALE_SETTLE_SECONDS=0 PRESTOSCALE_JOIN_SECONDS=0 PRESTOSCALE_COORDINATOR_URL=$COORDINATOR \
    PRESTOSCALE_STOP_COMMAND="touch $WORK/engine-stopped"
}

start_watch() {
  "$AGENT" watch 2>"$WORK/watch.log" >/dev/null 3>&- &
  WATCH_PID=$!
  wait_until grep -q watching "$WORK/watch.log"
}

# start_stop ARGUMENTS: `stop` in the background; its exit code goes to stop.code.
start_stop() {
  { "$AGENT" stop "$@" 2>"$WORK/stop.log" && code=0 || code=$?; echo "$code" >"$WORK/stop.code"; } 3>&- &
  STOP_PID=$!
  wait_until grep -q 'at most' "$WORK/stop.log"
}

end_processes() {
  local pid
  for pid in "${WATCH_PID:-}" "${STOP_PID:-}" "${NODE_PID:-}"; do
    [[ -z $pid ]] || kill "$pid" 2>/dev/null || true
  done
}

# wait_until COMMAND: at most a minute, for busy machines.
wait_until() {
  local end=$((SECONDS + 60))
  until "$@" 2>/dev/null; do
    ((SECONDS < end)) || { echo "never came true: $*" >&2; return 1; }
    /bin/sleep 0.1
  done
}

# A few looks of the watching agent go by.
looks_go_by() {
  local before
  before=$(seen_number notices)
  wait_until more_notices "$((before + 3))"
}
more_notices() { (($(seen_number notices) >= $1)); }

says() { grep -qF -- "$2" "$1" || { echo "not said: $2"; cat "$1"; return 1; }; }
times_said() { grep -cF -- "$2" "$1" || true; }

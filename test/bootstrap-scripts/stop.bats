# The worker agent's `stop`, `resume` and `status`.
load helper

setup() {
  make_stand_ins
  start_node
  agent_settings
}
teardown() { end_processes; }

stop_ended_with() { [[ $(cat "$WORK/stop.code" 2>/dev/null) == "$1" ]]; }
still_waits() { /bin/sleep 0.4 && [[ ! -e $WORK/stop.code ]]; }

@test "Presto with two tasks: waits for them, then is drained" {
  set_node engine '{"version":"0.287","tasks":2}'
  start_stop --strict
  wait_until state_is SHUTTING_DOWN
  still_waits
  set_node engine '{"tasks":0}'
  wait_until stop_ended_with 0
  says "$WORK/stop.log" 'drained: presto 0.287'
}

@test "Presto, a task arrives late, before the coordinator knows of the shutdown: waited for too" {
  export PRESTOSCALE_SETTLE_SECONDS=3
  set_node engine '{"version":"0.287"}'
  start_stop --strict
  wait_until state_is SHUTTING_DOWN
  set_node engine '{"tasks":1}'
  /bin/sleep 3.5
  [[ ! -e $WORK/stop.code ]]
  set_node engine '{"tasks":0}'
  wait_until stop_ended_with 0
}

@test "Presto whose task list cannot be read: not called drained" {
  export PRESTOSCALE_GRACE_SECONDS=2
  set_node engine '{"version":"0.287","state":"SHUTTING_DOWN","tasks":1}'
  start_stop --strict
  set_node engine '{"fault":500}'
  wait_until stop_ended_with 1
}

@test "Presto's process ends by itself: drained" {
  set_node engine '{"version":"0.287","tasks":1}'
  start_stop --strict
  wait_until state_is SHUTTING_DOWN
  set_node engine '{"down":true}'
  wait_until stop_ended_with 0
  says "$WORK/stop.log" 'nothing listens'
}

@test "Trino 436: SHUTTING_DOWN, waits until the port closes" {
  set_node engine '{"version":"436"}'
  start_stop --strict
  wait_until state_is SHUTTING_DOWN
  still_waits
  set_node engine '{"down":true}'
  wait_until stop_ended_with 0
}

@test "Trino 483 with tasks: waits for DRAINED" {
  set_node engine '{"version":"483","tasks":1}'
  start_stop --strict
  wait_until state_is DRAINING
  still_waits
  set_node engine '{"tasks":0}'
  wait_until stop_ended_with 0
  says "$WORK/stop.log" 'is DRAINED'
}

@test "Trino 474, which calls itself DRAINED too early: the grace is used up" {
  export PRESTOSCALE_GRACE_SECONDS=2
  set_node engine '{"version":"474"}'
  start_stop --strict
  wait_until stop_ended_with 1
  state_is DRAINED
  says "$WORK/stop.log" 'its word is not trusted'
}

@test "tasks never end: gives up when the grace is over, exit 0, with --strict 1" {
  export PRESTOSCALE_GRACE_SECONDS=2
  set_node engine '{"tasks":1}'
  local began=$SECONDS
  run "$AGENT" stop
  [[ $status == 0 && $output == *'the grace is over'* ]]
  run "$AGENT" stop --strict
  [[ $status == 1 ]]
  ((SECONDS - began >= 3 && SECONDS - began <= 60))
}

@test "a spot notice leaves 2 s of a long grace: gives up by then" {
  export PRESTOSCALE_GRACE_SECONDS=100
  set_node engine '{"tasks":1}'
  mkdir -p "$WORK/run"
  printf '{"action":"terminate","time":"%s"}' "$(date -u -d '+3 seconds' +%Y-%m-%dT%H:%M:%SZ)" >"$WORK/run/spot"
  start_stop --strict
  wait_until stop_ended_with 1
}

@test "the notice comes while stop waits: the grace is cut short then" {
  export PRESTOSCALE_GRACE_SECONDS=100
  set_node engine '{"tasks":1}'
  start_stop --strict
  still_waits
  printf '{"action":"terminate","time":"%s"}' "$(date -u -d '+1 seconds' +%Y-%m-%dT%H:%M:%SZ)" >"$WORK/run/spot"
  wait_until stop_ended_with 1
}

@test "the notice leaves more time than the grace: the grace counts" {
  export PRESTOSCALE_GRACE_SECONDS=1
  set_node engine '{"tasks":1}'
  mkdir -p "$WORK/run"
  printf '{"action":"terminate","time":"2099-01-01T00:00:00Z"}' >"$WORK/run/spot"
  start_stop --strict
  wait_until stop_ended_with 1
}

@test "a coordinator: never touched, for every version, at once" {
  local version
  for version in 0.252 0.287 436 476 483; do
    set_node engine "{\"version\":\"$version\",\"isCoordinator\":true}"
    run "$AGENT" stop --strict
    [[ $status == 0 && $output == *'never touches one'* ]]
    [[ ! -e $WORK/run/shutdown ]]
  done
  [[ $(puts) == '' ]]
}

@test "the engine is down: nothing to wait for" {
  set_node engine '{"down":true}'
  run "$AGENT" stop --strict
  [[ $status == 0 && $output == *'nothing listens'* ]]
}

@test "the engine answers 503 and comes up during the wait: drained" {
  set_node engine '{"fault":503}'
  start_stop --strict
  still_waits
  set_node engine '{"fault":0}'
  wait_until stop_ended_with 0
  state_is DRAINED
}

@test "the engine hangs: no longer than the grace and one request" {
  export PRESTOSCALE_GRACE_SECONDS=1
  set_node engine '{"hang":true}'
  start_stop
  wait_until stop_ended_with 0
}

@test "Trino refuses with 403: ends at once, saying what is missing" {
  set_node engine '{"forbid":true}'
  run "$AGENT" stop --strict
  [[ $status == 1 && $output == *"user 'prestoscale' may not write system information"* ]]
}

@test "stop twice, and watch beside it: one DRAINING" {
  start_watch
  run "$AGENT" stop --strict
  [[ $status == 0 ]]
  run "$AGENT" stop --strict
  [[ $status == 0 ]]
  looks_go_by
  [[ $(puts) == DRAINING ]]
}

@test "resume during the wait: stop ends, the worker is ACTIVE and stays so" {
  set_node engine '{"tasks":1}'
  start_watch
  start_stop --strict
  wait_until state_is DRAINING
  run "$AGENT" resume
  [[ $status == 0 ]]
  wait_until stop_ended_with 1
  says "$WORK/stop.log" 'withdrawn'
  looks_go_by
  state_is ACTIVE
}

@test "resume on Presto, and on Trino 467: cannot, exit 3" {
  local version
  for version in 0.287 467; do
    set_node engine "{\"version\":\"$version\",\"state\":\"ACTIVE\",\"tasks\":1}"
    PRESTOSCALE_GRACE_SECONDS=0 run "$AGENT" stop
    run "$AGENT" resume
    [[ $status == 3 && $output == *'cannot be taken back'* ]]
  done
}

@test "resume while a spot notice stands: exit 3, stays drained" {
  mkdir -p "$WORK/run"
  touch "$WORK/run/spot"
  "$AGENT" stop
  run "$AGENT" resume
  [[ $status == 3 && $output == *spot* ]]
  state_is DRAINED
  [[ ! -e $WORK/run/shutdown ]]
}

@test "resume with the engine down: exit 1, and the request is withdrawn all the same" {
  mkdir -p "$WORK/run"
  touch "$WORK/run/shutdown"
  set_node engine '{"down":true}'
  run "$AGENT" resume
  [[ $status == 1 ]]
  [[ ! -e $WORK/run/shutdown ]]
}

@test "systemd stops only the agent: the worker stays in service" {
  local state
  for state in running degraded starting; do
    echo "$state" >"$WORK/system-state"
    run "$AGENT" stop --at-shutdown
    [[ $status == 0 && $output == *'only the agent'* ]]
  done
  [[ $(puts) == '' ]]
}

@test "systemd stops the machine, or cannot say: drained" {
  echo stopping >"$WORK/system-state"
  "$AGENT" stop --at-shutdown --strict
  state_is DRAINED
  "$AGENT" resume
  rm "$WORK/system-state"
  "$AGENT" stop --at-shutdown --strict
  [[ $(puts) == DRAINING,ACTIVE,DRAINING ]]
}

@test "status: in service, drained, and with the engine down" {
  [[ $("$AGENT" status) == '{"engine":"trino","version":"476","state":"ACTIVE","reasons":[],"since":null}' ]]
  "$AGENT" stop
  touch -d '2026-01-02T03:04:05Z' "$WORK/run/spot"
  [[ $("$AGENT" status) == '{"engine":"trino","version":"476","state":"DRAINED","reasons":["shutdown","spot"],"since":"2026-01-02T03:04:05Z"}' ]]
  set_node engine '{"down":true}'
  [[ $("$AGENT" status) == '{"engine":null,"version":null,"state":null,"reasons":["shutdown","spot"],"since":"2026-01-02T03:04:05Z"}' ]]
}

@test "settings: the file counts, the environment more, nonsense is said and replaced, nothing of it is run" {
  cat >"$WORK/agent.conf" <<END
# a comment
PRESTOSCALE_USER="drainer"
PRESTOSCALE_GRACE_SECONDS=soon
PRESTOSCALE_ENGINE_URL=http://127.0.0.1:1
PRESTOSCALE_REBALANCE=\$(touch $WORK/was-run)
rm -rf $WORK/run
PRESTOSCALE_CA_FILE=
END
  unset PRESTOSCALE_GRACE_SECONDS
  set_node engine '{"forbid":true}'
  run "$AGENT" stop
  [[ $output == *"user 'drainer'"* ]]
  [[ $output == *"PRESTOSCALE_GRACE_SECONDS is 'soon', expected a whole number of seconds: taking 110"* ]]
  [[ $output == *"expected ignore or drain"* && $output == *"is not a setting of the agent"* ]]
  [[ ! -e $WORK/was-run && $(puts) == DRAINING ]]
}

@test "a wrong command or option: exit 2 and the usage" {
  run "$AGENT" stopp
  [[ $status == 2 && $output == *"'stopp'"*Usage* ]]
  run "$AGENT" stop --now
  [[ $status == 2 && $(puts) == '' ]]
}

@test "a proxy in the environment: the agent does not use it" {
  http_proxy=http://127.0.0.1:1 ALL_PROXY=http://127.0.0.1:1 "$AGENT" stop --strict
  state_is DRAINED
}

@test "HTTPS: with the right CA file drained, without it not trusted" {
  command -v openssl >/dev/null || skip 'openssl is not installed'
  kill "$NODE_PID"
  rm "$WORK/addresses"
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=engine -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$WORK/key.pem" -out "$WORK/cert.pem" 2>/dev/null
  export TLS_KEY=$WORK/key.pem TLS_CERT=$WORK/cert.pem
  start_node
  agent_settings
  [[ $ENGINE == https://* ]]
  PRESTOSCALE_GRACE_SECONDS=0 run "$AGENT" stop --strict
  [[ $status == 1 && $(puts) == '' ]]
  PRESTOSCALE_CA_FILE=$WORK/cert.pem "$AGENT" stop --strict
  state_is DRAINED
}

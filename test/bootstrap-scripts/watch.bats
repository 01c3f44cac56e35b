# The worker agent's `watch`: what makes it drain, and what makes it bring the worker back.
load helper

setup() {
  make_stand_ins
  start_node
  agent_settings
}
teardown() { end_processes; }

NOTICE='{"instanceAction":{"action":"terminate","time":"2099-01-01T00:00:00Z"}}'

@test "Trino 476, a spot notice comes: drained within two looks, by one DRAINING" {
  start_watch
  looks_go_by
  [[ $(puts) == '' ]]
  set_node imds "$NOTICE"
  wait_until state_is DRAINED
  (($(seen_number looksToPut) <= 2))
  looks_go_by
  [[ $(puts) == DRAINING ]]
}

@test "Trino 476, the notice is withdrawn: ACTIVE again" {
  start_watch
  set_node imds "$NOTICE"
  wait_until state_is DRAINED
  set_node imds '{"instanceAction":null}'
  wait_until state_is ACTIVE
  looks_go_by
  [[ $(puts) == DRAINING,ACTIVE ]]
  [[ ! -e $WORK/run/drained-by-agent ]]
}

@test "Trino 476, the notice is withdrawn while tasks still run: ACTIVE again from DRAINING" {
  set_node engine '{"tasks":3}'
  start_watch
  set_node imds "$NOTICE"
  wait_until state_is DRAINING
  set_node imds '{"instanceAction":null}'
  wait_until state_is ACTIVE
}

@test "Presto 0.287, the notice is withdrawn: stays SHUTTING_DOWN, said once" {
  set_node engine '{"version":"0.287-amzn-3"}'
  start_watch
  set_node imds "$NOTICE"
  wait_until state_is SHUTTING_DOWN
  set_node imds '{"instanceAction":null}'
  wait_until says "$WORK/watch.log" 'cannot be taken back'
  looks_go_by
  [[ $(puts) == SHUTTING_DOWN ]]
  [[ $(times_said "$WORK/watch.log" 'cannot be taken back') == 1 ]]
}

@test "a rebalance recommendation, not told to obey it: not even asked for" {
  set_node imds '{"rebalance":{"noticeTime":"2026-01-01T00:00:00Z"}}'
  start_watch
  looks_go_by
  state_is ACTIVE
  [[ $(seen_number rebalances) == 0 ]]
}

@test "a rebalance recommendation, told to obey it: drained, and back when it is gone" {
  set_node imds '{"rebalance":{"noticeTime":"2026-01-01T00:00:00Z"}}'
  PRESTOSCALE_REBALANCE=drain start_watch
  wait_until state_is DRAINED
  set_node imds '{"rebalance":null}'
  wait_until state_is ACTIVE
}

@test "two reasons, one withdrawn: stays drained" {
  set_node imds '{"rebalance":{"noticeTime":"2026-01-01T00:00:00Z"},"instanceAction":{"action":"stop","time":"2099-01-01T00:00:00Z"}}'
  PRESTOSCALE_REBALANCE=drain start_watch
  wait_until state_is DRAINED
  set_node imds '{"instanceAction":null}'
  looks_go_by
  state_is DRAINED
  [[ $(puts) == DRAINING ]]
}

@test "the metadata token runs out: a new one is fetched, the notice is seen" {
  start_watch
  looks_go_by
  set_node forget-token '{}'
  set_node imds "$NOTICE"
  wait_until state_is DRAINED
  (($(seen_number refusedTokens) >= 1))
}

@test "metadata answers 500 while a notice stands: it still stands" {
  start_watch
  set_node imds "$NOTICE"
  wait_until state_is DRAINED
  set_node imds '{"fault":500,"instanceAction":null}'
  wait_until says "$WORK/watch.log" 'what was known stays'
  /bin/sleep 0.5
  state_is DRAINED
  set_node imds '{"fault":0}'
  wait_until state_is ACTIVE
}

@test "no metadata service (not on EC2): calm, said once, shutdown requests still obeyed" {
  PRESTOSCALE_IMDS=http://127.0.0.1:1 start_watch
  wait_until says "$WORK/watch.log" 'nobody answers'
  /bin/sleep 0.5
  kill -0 "$WATCH_PID"
  state_is ACTIVE
  [[ $(times_said "$WORK/watch.log" 'nobody answers') == 1 ]]
  touch "$WORK/run/shutdown"
  wait_until state_is DRAINED
  rm "$WORK/run/shutdown"
  wait_until state_is ACTIVE
}

@test "a coordinator with a notice: never touched" {
  local version
  for version in 0.287 436 476 483; do
    set_node engine "{\"version\":\"$version\",\"isCoordinator\":true}"
    set_node imds "$NOTICE"
    rm -rf "$WORK/run"
    start_watch
    looks_go_by
    says "$WORK/watch.log" 'never touches one'
    kill "$WATCH_PID"
  done
  [[ $(puts) == '' ]]
}

@test "an engine of unknown make, or one that does not say what it is: not touched" {
  local version
  for version in testversion 1.2 ''; do
    set_node engine "{\"version\":\"$version\"}"
    set_node imds "$NOTICE"
    start_watch
    looks_go_by
    kill "$WATCH_PID"
  done
  [[ $(puts) == '' ]]
}

@test "the engine answers 503, then comes up: drained then" {
  set_node engine '{"fault":503}'
  set_node imds "$NOTICE"
  start_watch
  looks_go_by
  [[ $(times_said "$WORK/watch.log" 'answered 503') == 1 ]]
  set_node engine '{"fault":0}'
  wait_until state_is DRAINED
}

@test "somebody else drains the worker, a notice comes and goes: the other's drain stays" {
  curl -sS -X PUT -H 'Content-Type: application/json' -H 'X-Trino-User: a' -d '"DRAINING"' "$ENGINE/v1/info/state"
  start_watch
  set_node imds "$NOTICE"
  wait_until test -e "$WORK/run/spot"
  looks_go_by
  set_node imds '{"instanceAction":null}'
  looks_go_by
  state_is DRAINED
  [[ $(puts) == DRAINING ]]
}

@test "the right to drain is missing: said once with what to do, and the agent lives on" {
  set_node engine '{"forbid":true}'
  set_node imds "$NOTICE"
  start_watch
  looks_go_by
  [[ $(times_said "$WORK/watch.log" '--allow-drain') == 1 ]]
  state_is ACTIVE
  set_node engine '{"forbid":false}'
  wait_until state_is DRAINED
}

@test "which word drains which version" {
  local line version word
  for line in '0.232:SHUTTING_DOWN' '0.287-amzn-8:SHUTTING_DOWN' '360:SHUTTING_DOWN' '467:SHUTTING_DOWN' \
    '468:DRAINING' '474:DRAINING' '479-amzn-2:DRAINING' '483:DRAINING'; do
    version=${line%%:*} word=${line#*:}
    set_node engine "{\"version\":\"$version\",\"state\":\"ACTIVE\",\"tasks\":1}"
    rm -rf "$WORK/run"
    mkdir "$WORK/run"
    touch "$WORK/run/shutdown"
    start_watch
    wait_until state_is "$word"
    kill "$WATCH_PID"
  done
}

@test "the stop signal ends watch at once" {
  start_watch
  kill -TERM "$WATCH_PID"
  wait_until says "$WORK/watch.log" 'watch ends'
}

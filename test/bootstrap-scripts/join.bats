# A worker that never joined its coordinator is stopped; any doubt leaves it alone.
load helper

setup() {
  make_stand_ins
  start_node
  agent_settings
  export PRESTOSCALE_JOIN_SECONDS=1
}
teardown() { end_processes; }

stopped() { [[ -e $WORK/engine-stopped ]]; }
not_stopped() { [[ ! -e $WORK/engine-stopped ]]; }
time_goes_by() { /bin/sleep 1.1 && looks_go_by; }
engine_address() { printf '%s' "${ENGINE}"; }

@test "the coordinator does not know the worker: its engine is stopped, once, and the log says so" {
  local version
  for version in 0.287 476 483; do
    set_node engine "{\"version\":\"$version\"}"
    rm -f "$WORK/engine-stopped"
    start_watch
    wait_until stopped
    rm "$WORK/engine-stopped"
    looks_go_by
    not_stopped
    kill "$WATCH_PID"
    says "$WORK/watch.log" 'does not know this worker after'
  done
}

@test "not before its time" {
  PRESTOSCALE_JOIN_SECONDS=60 start_watch
  time_goes_by
  not_stopped
}

@test "the coordinator knows it: left alone, and not asked again" {
  set_node coordinator "{\"members\":[\"i-me\",\"$(engine_address)\"]}"
  local version asked
  for version in 0.287 476 483; do
    set_node engine "{\"version\":\"$version\"}"
    start_watch
    wait_until says "$WORK/watch.log" 'knows this worker'
    asked=$(seen_number services)
    looks_go_by
    [[ $(seen_number services) == "$asked" ]]
    kill "$WATCH_PID"
  done
  not_stopped
}

@test "the coordinator forgets a worker that had joined: left alone" {
  set_node coordinator '{"members":["i-me"]}'
  start_watch
  wait_until says "$WORK/watch.log" 'knows this worker'
  set_node coordinator '{"members":[]}'
  time_goes_by
  not_stopped
}

@test "the coordinator answers 503, or cannot be reached, or is not known: left alone" {
  set_node coordinator '{"fault":503}'
  start_watch
  time_goes_by
  kill "$WATCH_PID"
  PRESTOSCALE_COORDINATOR_URL=http://127.0.0.1:1 start_watch
  time_goes_by
  kill "$WATCH_PID"
  PRESTOSCALE_COORDINATOR_URL='' start_watch
  time_goes_by
  says "$WORK/watch.log" 'no discovery.uri'
  not_stopped
}

@test "the engine process is new: its time begins anew" {
  export PRESTOSCALE_JOIN_SECONDS=3
  start_watch
  wait_until says "$WORK/watch.log" watching
  set_node engine '{"down":true}'
  wait_until says "$WORK/watch.log" 'nothing listens'
  /bin/sleep 2
  local back line stamp waited
  back=$(date +%s)
  set_node engine '{"down":false}'
  wait_until stopped
  line=$(grep 'does not know this worker after' "$WORK/watch.log")
  stamp=$(date -d "${line%% *}" +%s)
  waited=$(sed 's/.* after \([0-9]*\) s:.*/\1/' <<<"$line")
  ((stamp - waited >= back - 1))
}

@test "a coordinator that does not know itself: left alone" {
  set_node engine '{"isCoordinator":true}'
  start_watch
  time_goes_by
  not_stopped
}

@test "PRESTOSCALE_JOIN_SECONDS=0: never asked, never stopped" {
  PRESTOSCALE_JOIN_SECONDS=0 start_watch
  time_goes_by
  not_stopped
  [[ $(seen_number services) == 0 ]]
}

@test "a worker out of service for another reason: not judged" {
  mkdir -p "$WORK/run"
  touch "$WORK/run/shutdown"
  start_watch
  time_goes_by
  not_stopped
}

@test "the address comes from discovery.uri, the unit from the engine" {
  printf 'coordinator=false\n discovery.uri = %s/ \n' "$COORDINATOR" >"$WORK/config.properties"
  unset PRESTOSCALE_STOP_COMMAND PRESTOSCALE_COORDINATOR_URL
  PRESTOSCALE_ENGINE_CONFIG=$WORK/config.properties start_watch
  wait_until grep -qx 'stop trino-server' "$WORK/systemctl.calls"
}

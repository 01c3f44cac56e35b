#!/usr/bin/env bash
# The worker agent of prestoscale: takes a Presto or Trino worker out of service before its machine goes away, and back
# into service when it stays. Settings: agent/settings.sh. Manual: docs/bootstrap.md.
#
#   worker-agent.sh watch            the daemon: drains on a spot notice, a rebalance recommendation or a shutdown request
#   worker-agent.sh stop [--strict] [--at-shutdown]
#                                    asks for a drain and waits for it, at most the grace. Exit 0 also when the grace
#                                    ran out; with --strict 1 then. --at-shutdown: only if the machine is going down
#   worker-agent.sh resume           withdraws that request. Exit 0 = in service, 3 = cannot be taken back or another
#                                    reason stands, 1 = not now
#   worker-agent.sh status           one line of JSON: engine, version, state, reasons, since
set -u

HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
# shellcheck source-path=SCRIPTDIR source=agent/say.sh
source "$HERE/agent/say.sh"
# shellcheck source-path=SCRIPTDIR source=agent/settings.sh
source "$HERE/agent/settings.sh"
# shellcheck source-path=SCRIPTDIR source=agent/http.sh
source "$HERE/agent/http.sh"
# shellcheck source-path=SCRIPTDIR source=agent/engine.sh
source "$HERE/agent/engine.sh"
# shellcheck source-path=SCRIPTDIR source=agent/reasons.sh
source "$HERE/agent/reasons.sh"
# shellcheck source-path=SCRIPTDIR source=agent/metadata.sh
source "$HERE/agent/metadata.sh"
# shellcheck source-path=SCRIPTDIR source=agent/join.sh
source "$HERE/agent/join.sh"
# shellcheck source-path=SCRIPTDIR source=agent/stop.sh
source "$HERE/agent/stop.sh"

watch() {
  trap 'kill "${NAP:-}" 2>/dev/null; log "watch ends"; exit 0' TERM INT
  log "watching $PRESTOSCALE_ENGINE_URL every $PRESTOSCALE_POLL_SECONDS s"
  while true; do
    watch_metadata
    look
    # A sleep in the background, so that a stop signal is obeyed at once.
    sleep "$PRESTOSCALE_POLL_SECONDS" &
    NAP=$!
    wait "$NAP"
  done
}

# One look at the engine: what the reasons ask for is done.
look() {
  local reasons
  reasons=$(standing_reasons)
  read_engine || {
    # A process that comes back has yet to join again.
    [[ $? != 2 ]] || forget_join
    say engine "$WHY"
    return 0
  }
  hush engine
  if [[ -n $reasons ]]; then
    hush return
    [[ $JOINED == yes ]] || forget_join
    start_drain
  elif [[ -e $PRESTOSCALE_RUN_DIR/drained-by-agent ]]; then
    end_drain
  fi
  [[ -n $reasons ]] || watch_join
}

# Returns what the agent drained; when that cannot be, the mark stays until the engine is ACTIVE again.
end_drain() {
  if return_to_service; then
    rm -f "$PRESTOSCALE_RUN_DIR/drained-by-agent"
  else
    say return "no reason to drain is left, but $WHY"
  fi
}

resume() {
  local reasons
  clear_reason shutdown
  reasons=$(standing_reasons)
  if [[ -n $reasons ]]; then
    log "still to be out of service: $reasons"
    return 3
  fi
  read_engine || {
    log "$WHY"
    return 1
  }
  return_to_service
  local code=$?
  if [[ $code == 0 ]]; then rm -f "$PRESTOSCALE_RUN_DIR/drained-by-agent"; else log "$WHY"; fi
  return "$code"
}

status() {
  local since reasons list=''
  read_engine
  [[ -z $ENGINE ]] || read_state
  reasons=$(standing_reasons)
  [[ -z $reasons ]] || list="\"${reasons// /\",\"}\""
  since=$(reasons_since)
  [[ -z $since ]] || since=$(date -u -d "@$since" +%Y-%m-%dT%H:%M:%SZ)
  printf '{"engine":%s,"version":%s,"state":%s,"reasons":[%s],"since":%s}\n' \
    "$(json_or_null "$ENGINE")" "$(json_or_null "$VERSION")" "$(json_or_null "$STATE")" "$list" "$(json_or_null "$since")"
}

json_or_null() { if [[ -n $1 ]]; then printf '"%s"' "$1"; else printf null; fi; }

# Stopping only the agent, to change it, must not drain the worker. No answer counts as a machine going down.
machine_stays() {
  local state
  state=$(systemctl is-system-running 2>/dev/null)
  [[ $state == running || $state == degraded || $state == starting || $state == initializing || $state == maintenance ]]
}

stop() {
  local strict='' code option
  for option in "$@"; do
    case $option in
      --strict) strict=yes ;;
      --at-shutdown)
        if machine_stays; then
          log 'only the agent is being stopped: the worker stays in service. To drain it: worker-agent.sh stop'
          return 0
        fi
        ;;
      *) usage "stop knows no '$option', expected --strict or --at-shutdown" ;;
    esac
  done
  stop_worker
  code=$?
  [[ -n $strict ]] || code=0
  return "$code"
}

usage() {
  log "$1. Usage: worker-agent.sh watch | stop [--strict] [--at-shutdown] | resume | status"
  exit 2
}

main() {
  local command=${1:-}
  case $command in
    watch | stop | resume | status) ;;
    *) usage "no command '$command'" ;;
  esac
  shift
  load_settings
  if [[ $command != status ]] && ! mkdir -p "$PRESTOSCALE_RUN_DIR"; then
    log "cannot make $PRESTOSCALE_RUN_DIR: run as root, or set PRESTOSCALE_RUN_DIR"
    exit 1
  fi
  "$command" "$@"
}

main "$@"

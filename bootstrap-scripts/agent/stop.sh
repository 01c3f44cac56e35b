# shellcheck shell=bash
# `stop`: asks for the drain, and waits until the worker is drained or the grace is over.

# 0 = drained, or nothing was there to drain; 1 = the grace is over, or the engine refused.
stop_worker() {
  local deadline
  set_reason shutdown "$(now)" || return 1
  deadline=$(stop_deadline)
  log "draining, at most $((deadline - $(now))) s"
  DRAIN_BEGAN='' QUIET_SINCE=''
  while true; do
    stop_step
    case $? in
      0) return 0 ;;
      2) return 1 ;;
    esac
    has_reason shutdown || { log 'the shutdown was withdrawn'; return 1; }
    (($(now) < deadline)) || { log "the grace is over and the worker is not drained${STATE:+ ($STATE)}"; return 1; }
    deadline=$(stop_deadline "$deadline")
    sleep 1
  done
}

# stop_deadline [EARLIEST]: the grace from now on, cut short by EC2's own time; a notice may come while we wait.
stop_deadline() {
  local deadline=${1:-$(($(now) + PRESTOSCALE_GRACE_SECONDS))} spot
  spot=$(spot_deadline)
  if [[ -n $spot ]] && ((spot < deadline)); then deadline=$spot; fi
  printf '%s' "$deadline"
}

# One look: 0 = done, 1 = wait on, 2 = waiting is of no use.
stop_step() {
  read_engine
  case $? in
    0) ;;
    2) log "drained: $WHY"; return 0 ;;
    3) log "$WHY"; clear_reason shutdown; return 0 ;;
    *) say stop "$WHY"; return 1 ;;
  esac
  start_drain || return
  DRAIN_BEGAN=${DRAIN_BEGAN:-$(now)}
  is_drained || return 1
  log "drained: $ENGINE $VERSION is $STATE"
}

# Trino from 468 says it; Presto is asked for its tasks; Trino before 468 only by its port that closes (stop_step).
is_drained() {
  [[ $STATE == DRAINED ]] && ! drains_wrongly && return 0
  [[ $ENGINE == presto ]] || return 1
  local tasks
  if ! tasks=$(live_tasks) || ((tasks > 0)); then
    QUIET_SINCE=''
    return 1
  fi
  QUIET_SINCE=${QUIET_SINCE:-$(now)}
  (($(now) - QUIET_SINCE >= PRESTOSCALE_SETTLE_SECONDS))
}

# shellcheck shell=bash
# Why this worker is to be out of service. Each reason is a file in the run directory, as old as the reason:
#   shutdown   asked for by `worker-agent.sh stop`
#   spot       EC2's interruption notice, its JSON inside
#   rebalance  EC2's rebalance recommendation, when told to obey it
# drained-by-agent marks that the agent itself drained the worker: it returns no other's drain.

REASONS=(shutdown spot rebalance)

reason_file() { printf '%s/%s' "$PRESTOSCALE_RUN_DIR" "$1"; }
has_reason() { [[ -e $(reason_file "$1") ]]; }

# standing_reasons: those that stand, one per word.
standing_reasons() {
  local reason found=()
  for reason in "${REASONS[@]}"; do
    has_reason "$reason" && found+=("$reason")
  done
  printf '%s' "${found[*]-}"
}

# reasons_since: when the oldest standing reason began, in seconds since 1970; empty without any.
reasons_since() {
  local reason since oldest=''
  for reason in "${REASONS[@]}"; do
    since=$(date -r "$(reason_file "$reason")" +%s 2>/dev/null) || continue
    [[ -n $oldest ]] && ((oldest <= since)) || oldest=$since
  done
  printf '%s' "$oldest"
}

# set_reason NAME [TEXT]: a reason that stands keeps its age. The file appears whole.
set_reason() {
  local file
  file=$(reason_file "$1")
  [[ -e $file ]] && return 0
  printf '%s\n' "${2:-}" >"$file.new.$$" && mv -f "$file.new.$$" "$file"
  log "reason to drain: $1${2:+ ($2)}"
}

clear_reason() {
  has_reason "$1" || return 0
  rm -f "$(reason_file "$1")"
  log "no longer a reason to drain: $1"
}

# spot_deadline: when EC2 takes the instance, in seconds since 1970; empty without a notice or a readable time.
spot_deadline() {
  local text
  has_reason spot || return 0
  text=$(sed -n 's/.*"time"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p' "$(reason_file spot)" 2>/dev/null)
  [[ -z $text ]] || date -u -d "$text" +%s 2>/dev/null
}

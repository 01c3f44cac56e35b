# shellcheck shell=bash
# What the agent says, and the time it goes by.

# For the stamps below; systemctl and date -u do not mind.
export TZ=UTC0

# The time now, in seconds since 1970.
now() { printf '%(%s)T' -1; }

# log WORDS: one line with a UTC time, to the error output (under systemd: the journal).
log() { printf '%s worker-agent: %s\n' "$(printf '%(%Y-%m-%dT%H:%M:%SZ)T' -1)" "$*" >&2; }

declare -A SAID=()

# say TOPIC WORDS: logs only what is new on that topic, so that a loop does not fill the disk.
say() {
  local topic=$1
  shift
  [[ ${SAID[$topic]:-} == "$*" ]] && return 0
  SAID[$topic]=$*
  log "$*"
}

# hush TOPIC: the matter is over; should it come back it is said again.
hush() { SAID[$1]=''; }

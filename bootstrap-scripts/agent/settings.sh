# shellcheck shell=bash
# The worker agent's settings: the environment first, then /etc/prestoscale/agent.conf, then the defaults below.
# The file holds KEY=value lines; it is read, never run.

# Every setting, as NAME=default. A number is a whole number of seconds.
AGENT_DEFAULTS=(
  # Where this node's engine listens. https:// works too, see PRESTOSCALE_CA_FILE.
  'PRESTOSCALE_ENGINE_URL=http://127.0.0.1:8889'
  # The user Trino is told (X-Trino-User); it must be allowed to write system information.
  'PRESTOSCALE_USER=prestoscale'
  # A PEM file with the authority that signed the engine's certificate; empty = the system's own.
  'PRESTOSCALE_CA_FILE='
  # A curl config file (curl -K), for a password or a client certificate: secrets never stand on a command line.
  'PRESTOSCALE_CURL_CONFIG='
  # The EC2 instance metadata service.
  'PRESTOSCALE_IMDS=http://169.254.169.254'
  # Where requests and marks are kept; gone after a reboot.
  'PRESTOSCALE_RUN_DIR=/run/prestoscale'
  # How long `stop` waits for the worker to be drained; a spot notice may shorten it.
  'PRESTOSCALE_GRACE_SECONDS=110'
  # How long a Presto worker must have had no task before it counts as drained: the coordinator learns of a
  # shutdown up to 10 s late, and fetches a task's last answer up to 3 s after its end.
  'PRESTOSCALE_SETTLE_SECONDS=15'
  # Whether a rebalance recommendation is a reason to drain: ignore | drain.
  'PRESTOSCALE_REBALANCE=ignore'
  # A worker that its coordinator does not know after this long is stopped; 0 = never.
  'PRESTOSCALE_JOIN_SECONDS=900'
  # The pause between two looks of `watch`.
  'PRESTOSCALE_POLL_SECONDS=3'
  # Where the coordinator is; empty = discovery.uri of the engine's config.properties.
  'PRESTOSCALE_COORDINATOR_URL='
  # That config.properties; empty = EMR's places for Trino and Presto.
  'PRESTOSCALE_ENGINE_CONFIG='
  # The engine's systemd unit; empty = the one that fits the engine that answers.
  'PRESTOSCALE_ENGINE_UNIT='
  # What stops the engine of a worker that never joined; empty = systemctl stop UNIT. Words, not a shell line.
  'PRESTOSCALE_STOP_COMMAND='
)

# Fills every setting and makes wrong ones right, saying so. Never fails: an agent that does not run protects nothing.
load_settings() {
  read_settings_file "${PRESTOSCALE_CONF:-/etc/prestoscale/agent.conf}"
  local entry name
  for entry in "${AGENT_DEFAULTS[@]}"; do
    name=${entry%%=*}
    [[ -n ${!name:-} ]] || printf -v "$name" '%s' "${entry#*=}"
  done
  PRESTOSCALE_ENGINE_URL=${PRESTOSCALE_ENGINE_URL%/}
  PRESTOSCALE_IMDS=${PRESTOSCALE_IMDS%/}
  PRESTOSCALE_COORDINATOR_URL=${PRESTOSCALE_COORDINATOR_URL%/}
  check_number PRESTOSCALE_GRACE_SECONDS
  check_number PRESTOSCALE_SETTLE_SECONDS
  check_number PRESTOSCALE_JOIN_SECONDS
  check_number PRESTOSCALE_POLL_SECONDS
  ((PRESTOSCALE_POLL_SECONDS >= 1)) || PRESTOSCALE_POLL_SECONDS=1
  if [[ $PRESTOSCALE_REBALANCE != ignore && $PRESTOSCALE_REBALANCE != drain ]]; then
    log "PRESTOSCALE_REBALANCE is '$PRESTOSCALE_REBALANCE', expected ignore or drain: taking ignore"
    PRESTOSCALE_REBALANCE=ignore
  fi
}

# read_settings_file FILE: what the environment already says stays.
read_settings_file() {
  local file=$1 line name value
  [[ -r $file ]] || return 0
  while IFS= read -r line || [[ -n $line ]]; do
    line=${line#"${line%%[![:space:]]*}"}
    [[ -z $line || $line == '#'* ]] && continue
    name=${line%%=*} value=${line#*=}
    if ! is_setting "$name"; then
      log "$file: '$line' is not a setting of the agent, expected NAME=value with a NAME of docs/bootstrap.md: left out"
      continue
    fi
    value=${value%"${value##*[![:space:]]}"}
    value=${value#[\"\']} value=${value%[\"\']}
    [[ -n ${!name+set} ]] || printf -v "$name" '%s' "$value"
  done <"$file"
}

is_setting() {
  local entry
  for entry in "${AGENT_DEFAULTS[@]}"; do
    [[ ${entry%%=*} == "$1" ]] && return 0
  done
  return 1
}

# check_number NAME: a whole number stays (leading zeroes dropped); else the default is taken and said.
check_number() {
  local name=$1 entry
  if [[ ${!name} =~ ^[0-9]{1,7}$ ]]; then
    printf -v "$name" '%d' "$((10#${!name}))"
    return
  fi
  for entry in "${AGENT_DEFAULTS[@]}"; do
    [[ ${entry%%=*} == "$name" ]] || continue
    log "$name is '${!name}', expected a whole number of seconds: taking ${entry#*=}"
    printf -v "$name" '%s' "${entry#*=}"
  done
}

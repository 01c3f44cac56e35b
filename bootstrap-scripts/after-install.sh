#!/usr/bin/env bash
# The second step, in the background on each EMR node: waits until EMR has installed the engine, sets it up and restarts
# it once, if anything changed. Run again it changes nothing. Started by install.sh; by hand: after-install.sh [--dry-run].
# The exit code is 1 when anything was left out (/var/log/prestoscale/bootstrap.log says what); the node lives on.
set -u

HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
[[ ${1:-} != --dry-run ]] || DRY_RUN=yes

# shellcheck source-path=SCRIPTDIR source=install/files.sh
source "$HERE/install/files.sh"
# shellcheck source-path=SCRIPTDIR source=install/arguments.sh
source "$HERE/install/arguments.sh"
# shellcheck source-path=SCRIPTDIR source=install/engine.sh
source "$HERE/install/engine.sh"
# shellcheck source-path=SCRIPTDIR source=install/jvm-config.sh
source "$HERE/install/jvm-config.sh"
# shellcheck source-path=SCRIPTDIR source=install/node.sh
source "$HERE/install/node.sh"
# shellcheck source-path=SCRIPTDIR source=agent/settings.sh
source "$HERE/agent/settings.sh"
# shellcheck source-path=SCRIPTDIR source=agent/http.sh
source "$HERE/agent/http.sh"
# shellcheck source-path=SCRIPTDIR source=agent/engine.sh
source "$HERE/agent/engine.sh"
log() { note "$@"; }

read_arguments() {
  local line arguments=()
  while IFS= read -r line; do
    [[ -z $line ]] || arguments+=("$line")
  done <"$ROOT$ETC/install.args"
  parse_arguments ${arguments[@]+"${arguments[@]}"}
}

# All that the engine reads at its start.
set_up_engine() {
  CHANGED=''
  keep_undo
  set_up_jvm
  set_limits
  set_functions
  [[ $(is_primary) == true ]] || allow_drain
  [[ -n $CHANGED ]] || { note "$UNIT is set up already: nothing to do, no restart"; return; }
  act systemctl daemon-reload
  restart_engine
}

set_up_agent() {
  local changed=$1
  if [[ $(is_primary) == true ]]; then
    note 'primary node: no worker agent here'
    return
  fi
  check_grace
  act systemctl daemon-reload
  start_unit prestoscale-worker-agent.service "$changed"
}

main() {
  read_arguments || { problem "$ROOT$ETC/install.args: ${MISTAKES[*]-cannot be read}"; exit 1; }
  note 'waiting for EMR to install the engine'
  wait_for_engine || exit 1
  note "found $INSTALLED in $CONF"
  CHANGED=''
  configure_agent
  local agent_changed=$CHANGED
  set_up_engine
  set_up_agent "$agent_changed"
  [[ $(is_primary) != true ]] || set_up_exporter
  [[ -z $UNDO ]] || rm -rf "$UNDO"
  if ((PROBLEMS > 0)); then
    note "done, with $PROBLEMS problem(s)"
    exit 1
  fi
  note 'done'
}

main

# shellcheck shell=bash
# This node's engine: what it is, which state it is in, how it is drained and returned to service.
#
# PrestoDB, and Trino before 468: SHUTTING_DOWN, one way; the process ends by itself after its tasks.
# Trino from 468: DRAINING -> DRAINED, the process lives on; ACTIVE takes it back.
# shellcheck disable=SC2034 # what this file finds is read by its users

ENGINE=''   # presto | trino
VERSION=''  # as the engine says it
STATE=''    # ACTIVE, INACTIVE, DRAINING, DRAINED, SHUTTING_DOWN; empty = not known
STARTING='' # true | false
WHY=''      # why the engine is not ours to touch

# Reads /v1/info. True only for a worker that says plainly that it is no coordinator; else WHY says what is wrong and
# the answer is 2 when nothing listens on the port, 3 for a coordinator, 1 for what may pass.
read_engine() {
  ENGINE='' VERSION='' STATE='' STARTING=''
  engine_http "$PRESTOSCALE_ENGINE_URL/v1/info"
  if [[ $CURL_EXIT == 7 ]]; then
    WHY="nothing listens at $PRESTOSCALE_ENGINE_URL"
    return 2
  fi
  if [[ $HTTP_CODE != 200 ]]; then
    WHY="$PRESTOSCALE_ENGINE_URL/v1/info answered $HTTP_CODE (curl exit $CURL_EXIT), expected 200"
    return 1
  fi
  VERSION=$(json_text version)
  STARTING=$(json_flag starting)
  name_engine
  case $(json_flag coordinator) in
    false) [[ -n $ENGINE ]] && return 0 ;;
    true)
      WHY='this node is a coordinator, the agent never touches one'
      return 3
      ;;
  esac
  WHY="$PRESTOSCALE_ENGINE_URL/v1/info says neither which engine it is nor that it is no coordinator: ${HTTP_BODY:0:200}"
  return 1
}

# PrestoDB counts 0.x, Trino whole numbers; EMR adds -amzn-N to both.
name_engine() {
  case $VERSION in
    0.[0-9]*) ENGINE=presto ;;
    [1-9][0-9][0-9]*) ENGINE=trino ;;
  esac
}

# trino_number: 476 of "476-amzn-2"; 0 for Presto.
trino_number() {
  local number=0
  [[ $ENGINE == trino && $VERSION =~ ^([0-9]+) ]] && number=${BASH_REMATCH[1]}
  printf '%s' "$number"
}

can_return() { (($(trino_number) >= 468)); }

# Trino 474 and 475 call themselves drained while tasks run (trinodb/trino 25690).
drains_wrongly() { [[ $(trino_number) == 474 || $(trino_number) == 475 ]]; }

drained_word() { if can_return; then printf DRAINING; else printf SHUTTING_DOWN; fi; }

# Reads /v1/info/state into STATE; true when it is known.
read_state() {
  STATE=''
  engine_http "$PRESTOSCALE_ENGINE_URL/v1/info/state"
  [[ $HTTP_CODE == 200 && $HTTP_BODY =~ ^[[:space:]]*\"([A-Z_]+)\"[[:space:]]*$ ]] && STATE=${BASH_REMATCH[1]}
  [[ -n $STATE ]]
}

# put_state WORD: true when the engine took it. On no, PUT_CODE and PUT_BODY keep the answer and STATE what it is now.
PUT_CODE=''
PUT_BODY=''
put_state() {
  engine_http "$PRESTOSCALE_ENGINE_URL/v1/info/state" --request PUT \
    --header 'Content-Type: application/json' --data "\"$1\""
  PUT_CODE=$HTTP_CODE PUT_BODY=${HTTP_BODY:0:200}
  [[ $PUT_CODE == 20? ]]
}

# Takes the worker out of service, if it is not already. True = it is on its way (or there).
# 1 = not now, try again; 2 = the engine forbids it, trying again is of no use.
start_drain() {
  read_state || {
    say drain "the state at $PRESTOSCALE_ENGINE_URL/v1/info/state is not known (HTTP $HTTP_CODE): trying again"
    return 1
  }
  case $STATE in DRAINING | DRAINED | SHUTTING_DOWN) return 0 ;; esac
  local word
  word=$(drained_word)
  : >"$PRESTOSCALE_RUN_DIR/drained-by-agent"
  if put_state "$word"; then
    log "$ENGINE $VERSION: $STATE -> $word"
    ! drains_wrongly || log "Trino $VERSION calls itself drained while tasks still run: its word is not trusted"
    hush drain
    return 0
  fi
  # Somebody else may have been quicker: then the wish is fulfilled.
  read_state && [[ $STATE == DRAINING || $STATE == DRAINED || $STATE == SHUTTING_DOWN ]] && return 0
  refused_drain "$word"
}

refused_drain() {
  if [[ $PUT_CODE == 401 || $PUT_CODE == 403 ]]; then
    say drain "$1 was refused with $PUT_CODE: user '$PRESTOSCALE_USER' may not write system information." \
      "Trino >= 414 needs an access-control.properties on the worker that allows it (install.sh --allow-drain)"
    return 2
  fi
  say drain "$1 was answered with $PUT_CODE ($PUT_BODY): trying again"
  return 1
}

# Back into service. True = ACTIVE; 1 = not now; 3 = this engine cannot.
return_to_service() {
  read_state || return 1
  [[ $STATE == ACTIVE ]] && return 0
  if [[ $STATE != DRAINING && $STATE != DRAINED ]]; then
    WHY="$ENGINE $VERSION is $STATE and cannot be taken back; when its process has ended, start its unit again"
    return 3
  fi
  if put_state ACTIVE; then
    log "$ENGINE $VERSION: $STATE -> ACTIVE"
    return 0
  fi
  read_state && [[ $STATE == ACTIVE ]] && return 0
  WHY="ACTIVE was answered with $PUT_CODE ($PUT_BODY)"
  return 1
}

# live_tasks: how many of a Presto worker's tasks are not done; fails when that is not known. Trino tells it only to its
# own nodes.
live_tasks() {
  engine_http "$PRESTOSCALE_ENGINE_URL/v1/task?summarize" || return 1
  [[ $HTTP_CODE == 200 && $HTTP_BODY == '['* ]] || return 1
  # States of output buffers have other names, so these two can only be a task's.
  grep -oE '"state"[[:space:]]*:[[:space:]]*"(PLANNED|RUNNING)"' <<<"$HTTP_BODY" | wc -l
}

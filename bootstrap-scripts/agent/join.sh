# shellcheck shell=bash
# A worker that its coordinator does not know costs money and does nothing: after PRESTOSCALE_JOIN_SECONDS its engine is
# stopped. Only a clear "not there", three times running, counts; any doubt means: do nothing.

JOINED='' # set once it was seen there, or once it was stopped: then nothing more is asked
JOIN_BEGAN=''
JOIN_MISSING=0

# To be called at each look, after read_engine said that this is a worker.
watch_join() {
  [[ -z $JOINED ]] && ((PRESTOSCALE_JOIN_SECONDS > 0)) || return 0
  JOIN_BEGAN=${JOIN_BEGAN:-$(now)}
  known_to_coordinator
  case $? in
    0)
      # The coordinator may know it before it has finished starting.
      [[ $STARTING == false ]] || return 0
      JOINED=yes
      log "the coordinator at $COORDINATOR knows this worker"
      ;;
    1) missing ;;
    *)
      JOIN_MISSING=0
      say join "whether the coordinator knows this worker is not known: $WHY"
      ;;
  esac
}

forget_join() { JOINED='' JOIN_BEGAN='' JOIN_MISSING=0; }

missing() {
  JOIN_MISSING=$((JOIN_MISSING + 1))
  local waited=$(($(now) - JOIN_BEGAN))
  ((waited >= PRESTOSCALE_JOIN_SECONDS && JOIN_MISSING >= 3)) || return 0
  JOINED=stopped
  log "the coordinator at $COORDINATOR does not know this worker after $waited s:" \
    "stopping its engine. Look at its server.log, discovery.uri and the security group; start its unit to try again"
  stop_engine
}

stop_engine() {
  local unit=${PRESTOSCALE_ENGINE_UNIT:-$ENGINE-server} words
  read -r -a words <<<"${PRESTOSCALE_STOP_COMMAND:-systemctl stop $unit}"
  "${words[@]}" || log "'${words[*]}' failed with $?: stop the engine by hand"
}

COORDINATOR=''

# 0 = it is there, 1 = it is not, 2 = not known (then WHY).
# PrestoDB and Trino before 477: the discovery service lists node ids. Trino from 477: /v1/announce lists addresses.
known_to_coordinator() {
  COORDINATOR=$(coordinator_url)
  [[ -n $COORDINATOR ]] || {
    WHY='no discovery.uri in the engine'\''s config.properties; set PRESTOSCALE_COORDINATOR_URL'
    return 2
  }
  local id address
  engine_http "$PRESTOSCALE_ENGINE_URL/v1/status"
  id=$(json_text nodeId) address=$(json_text internalAddress)
  if [[ $HTTP_CODE != 200 || -z $id || -z $address ]]; then
    WHY="$PRESTOSCALE_ENGINE_URL/v1/status (HTTP $HTTP_CODE) names no nodeId and internalAddress"
    return 2
  fi
  if (($(trino_number) >= 477)); then
    listed /v1/announce "//$address:$(engine_port)\""
  else
    listed "/v1/service/$ENGINE" "\"nodeId\":\"$id\""
  fi
}

# listed PATH TEXT: whether the coordinator's list holds that text.
listed() {
  engine_http "$COORDINATOR$1"
  if [[ $HTTP_CODE != 200 || ! $HTTP_BODY =~ ^[[:space:]]*[[{] ]]; then
    WHY="$COORDINATOR$1 answered $HTTP_CODE (curl exit $CURL_EXIT)"
    return 2
  fi
  hush join
  local list=${HTTP_BODY//[[:space:]]/}
  [[ $list == *"$2"* ]]
}

engine_port() {
  local rest=${PRESTOSCALE_ENGINE_URL##*:}
  printf '%s' "${rest%%/*}"
}

coordinator_url() {
  local file url=$PRESTOSCALE_COORDINATOR_URL
  for file in "$PRESTOSCALE_ENGINE_CONFIG" /etc/trino/conf/config.properties /etc/presto/conf/config.properties; do
    [[ -z $url && -n $file && -r $file ]] || continue
    url=$(sed -n 's/^[[:space:]]*discovery\.uri[[:space:]]*[=:][[:space:]]*//p' "$file" | tail -n 1)
  done
  url=${url%"${url##*[![:space:]]}"}
  printf '%s' "${url%/}"
}

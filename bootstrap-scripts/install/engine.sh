# shellcheck shell=bash
# The engine that EMR installs after the bootstrap actions: waiting for it, restarting it, making sure it lives.

INSTALLED=''    # presto | trino
CONF=''         # its configuration folder, /etc/INSTALLED/conf
UNIT=''         # its systemd unit
RUNS=''         # yes when the unit was active
WAIT_STEP=${PRESTOSCALE_WAIT_STEP:-5}
HEALTH_SECONDS=${PRESTOSCALE_HEALTH_SECONDS:-180}

# is_primary: true | false | empty when EMR has not said what this node is.
is_primary() {
  sed -n 's/.*"isMaster"[[:space:]]*:[[:space:]]*\(true\|false\).*/\1/p' "$ROOT/mnt/var/lib/info/instance.json" 2>/dev/null |
    head -n 1
}

# Waits until the engine's files are there and stay the same over two looks, and its unit runs: then EMR is done with
# them. False when WAIT_SECONDS pass without an engine.
wait_for_engine() {
  local before='' now_is
  local deadline=$((SECONDS + WAIT_SECONDS))
  while true; do
    if find_engine; then
      now_is=$(cat "$ROOT$CONF/config.properties" "$ROOT$CONF/jvm.config" | sha256sum)
      RUNS=''
      systemctl is-active --quiet "$UNIT" && RUNS=yes
      [[ -z $RUNS || $now_is != "$before" ]] || return 0
      before=$now_is
    fi
    ((SECONDS < deadline)) || break
    sleep "$WAIT_STEP"
  done
  if [[ -z $INSTALLED ]]; then
    problem "no engine ($ENGINE_WANTED) after $WAIT_SECONDS s: no jvm.config, config.properties and unit of Presto or Trino." \
      "Is the application part of the cluster? Run $LIB/after-install.sh once it is there"
    return 1
  fi
  problem "$UNIT does not run after $WAIT_SECONDS s: it is set up, but not started. Look at /var/log/$INSTALLED/server.log"
}

find_engine() {
  local name folder
  for name in presto trino; do
    [[ $ENGINE_WANTED == auto || $ENGINE_WANTED == "$name" ]] || continue
    [[ -s $ROOT/etc/$name/conf/jvm.config && -s $ROOT/etc/$name/conf/config.properties ]] || continue
    for folder in /etc/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
      [[ -e $ROOT$folder/$name-server.service ]] || continue
      INSTALLED=$name CONF=/etc/$name/conf UNIT=$name-server.service
      return 0
    done
  done
  return 1
}

# config_value NAME: of config.properties, empty when not there.
config_value() {
  sed -n "s/^[[:space:]]*${1//./\\.}[[:space:]]*[=:][[:space:]]*//p" "$ROOT$CONF/config.properties" |
    tail -n 1 | sed 's/[[:space:]]*$//'
}

# seconds_of DURATION: whole seconds of "12.34s", "2m", "1.50h"; fails on anything else.
seconds_of() {
  [[ $1 =~ ^([0-9]+(\.[0-9]+)?)[[:space:]]*(ns|us|ms|s|m|h|d)$ ]] || return 1
  awk -v n="${BASH_REMATCH[1]}" -v u="${BASH_REMATCH[3]}" 'BEGIN {
    f["ns"] = 1e-9; f["us"] = 1e-6; f["ms"] = 1e-3; f["s"] = 1; f["m"] = 60; f["h"] = 3600; f["d"] = 86400
    printf "%d", n * f[u] }'
}

# Restarts the engine once, without harm to queries: a worker that may have tasks is drained first, a coordinator that
# has been up for long is left to a person. When the engine does not come back, what this run changed is undone.
restart_engine() {
  local uptime kind
  read_engine
  kind=$?
  uptime=$(seconds_of "$(json_text uptime)") || uptime=0
  if [[ -z $RUNS ]]; then
    return 0
  elif ((kind == 3 && uptime > 600)); then
    problem "the coordinator has been up for $uptime s and may have queries: restart $UNIT by hand when it is quiet"
    return 0
  elif ((kind == 0 && uptime >= 20)); then
    # Before its 20th second no coordinator knows it.
    act "$ROOT$LIB/worker-agent.sh" stop
  fi
  note "restarting $UNIT"
  act systemctl restart "$UNIT"
  [[ $kind != 0 ]] || act rm -f "$PRESTOSCALE_RUN_DIR/shutdown" "$PRESTOSCALE_RUN_DIR/drained-by-agent"
  [[ -n $DRY_RUN ]] || is_healthy || roll_back
}

# False when the engine has not lived since: its unit is down, or has another process now. One that lives and does not
# answer may only listen elsewhere (HTTPS): that is said, and left.
is_healthy() {
  local deadline=$((SECONDS + HEALTH_SECONDS)) process
  process=$(systemctl show -p MainPID "$UNIT")
  while ((SECONDS < deadline)); do
    engine_http "$PRESTOSCALE_ENGINE_URL/v1/info" && [[ $HTTP_CODE == 200 ]] && return 0
    sleep "$WAIT_STEP"
  done
  systemctl is-active --quiet "$UNIT" && [[ $(systemctl show -p MainPID "$UNIT") == "$process" ]] || return 1
  problem "$UNIT runs, but does not answer at $PRESTOSCALE_ENGINE_URL $HEALTH_SECONDS s after its restart." \
    'Does it listen elsewhere? Then give --set PRESTOSCALE_ENGINE_URL=...'
}

roll_back() {
  problem "$UNIT has not come up $HEALTH_SECONDS s after its restart: undoing what was changed" \
    "and restarting it. Look at /var/log/$INSTALLED/server.log and launcher.log; then put the arguments right"
  undo
  systemctl daemon-reload
  systemctl restart "$UNIT"
}

# engine_java: the java binary that runs the engine now, for trying options; empty when there is none.
engine_java() {
  local cmdline
  [[ -z ${PRESTOSCALE_JAVA:-} ]] || { printf '%s' "$PRESTOSCALE_JAVA"; return; }
  [[ -z $ROOT ]] || return 0
  cmdline=$(grep -lsE 'io\.trino\.server\.TrinoServer|com\.facebook\.presto\.server\.PrestoServer' /proc/[0-9]*/cmdline |
    grep -v "/proc/$$/" | head -n 1)
  [[ -z $cmdline ]] || readlink -f "${cmdline%/cmdline}/exe"
}

# shellcheck shell=bash
# What else is set up on the node: limits, functions, the right to drain, the worker agent, the exporter.

set_limits() {
  local lines=''
  [[ -z $NOFILE ]] || lines+="LimitNOFILE=$NOFILE"$'\n'
  [[ -z $NPROC ]] || lines+="LimitNPROC=$NPROC"$'\n'
  [[ -n $lines ]] || return 0
  put_file 644 "/etc/systemd/system/$UNIT.d/prestoscale.conf" < <(printf '[Service]\n%s' "$lines")
  # For an engine that is started through a login of its user.
  put_file 644 /etc/security/limits.d/90-prestoscale.conf < <(
    [[ -z $NOFILE ]] || printf '%s - nofile %s\n' "$INSTALLED" "$NOFILE"
    [[ -z $NPROC ]] || printf '%s - nproc %s\n' "$INSTALLED" "$NPROC"
  )
}

# Each jar becomes a plugin of its own: a folder below the engine's plugin folder, with a class loader of its own.
set_functions() {
  local url name jar plugins=/usr/lib/$INSTALLED/plugin
  for url in ${UDF_JARS[@]+"${UDF_JARS[@]}"}; do
    name=$(basename "${url%%#*}")
    jar=$ROOT$LIB/downloads/udf/$name
    if [[ ! -s $jar ]]; then
      problem "$name is left out: it was not fetched"
    elif ! is_jar "$jar"; then
      problem "$name is left out: it is no whole jar file"
    elif [[ ! -d $ROOT$plugins ]]; then
      problem "$name is left out: there is no $plugins"
    else
      put_file 644 "$plugins/prestoscale-${name%.jar}/$name" <"$jar"
    fi
  done
}

# Trino since 414 lets nobody change a node's state. The rules give that to the agent's user, on workers only, and leave
# to everybody what they had: reading. An access control that is there already stays.
allow_drain() {
  [[ -n $ALLOW_DRAIN && $INSTALLED == trino ]] || return 0
  local folder=/usr/lib/trino/etc rules=$ETC/drain-rules.json file
  [[ -d $ROOT$folder ]] || folder=$CONF
  file=$folder/access-control.properties
  if [[ -s $ROOT$file ]] && ! grep -qsF "security.config-file=$rules" "$ROOT$file"; then
    problem "$file is there already and stays: allow user '$PRESTOSCALE_USER' to write system information in it," \
      'or the agent cannot drain this worker'
    return 0
  fi
  put_file 644 "$rules" <<<"{\"system_information\":[{\"user\":\"$PRESTOSCALE_USER\",\"allow\":[\"read\",\"write\"]},{\"allow\":[\"read\"]}]}"
  put_file 644 "$file" <<<"access-control.name=file
security.config-file=$rules"
}

# agent.conf, and a stop limit of the unit that fits the grace.
configure_agent() {
  local port
  port=$(config_value http-server.http.port)
  put_file 644 "$ETC/agent.conf" < <(
    printf '# Written by after-install.sh from the arguments of install.sh.\n'
    printf 'PRESTOSCALE_ENGINE_UNIT=%s\n' "$INSTALLED-server"
    [[ -z $port || " ${AGENT_SETTINGS[*]-}" == *' PRESTOSCALE_ENGINE_URL='* ]] ||
      printf 'PRESTOSCALE_ENGINE_URL=http://127.0.0.1:%s\n' "$port"
    ((${#AGENT_SETTINGS[@]} == 0)) || printf '%s\n' "${AGENT_SETTINGS[@]}"
  )
  export PRESTOSCALE_CONF=$ROOT$ETC/agent.conf
  load_settings
  put_file 644 /etc/systemd/system/prestoscale-worker-agent.service.d/grace.conf <<<"[Service]
TimeoutStopSec=$((PRESTOSCALE_GRACE_SECONDS + 20))"
}

# A Trino drain waits twice for shutdown.grace-period, 2 minutes when not set.
check_grace() {
  local text period
  [[ $INSTALLED == trino ]] || return 0
  text=$(config_value shutdown.grace-period)
  period=$(seconds_of "${text:-2m}") || return 0
  ((2 * period < PRESTOSCALE_GRACE_SECONDS)) ||
    note "shutdown.grace-period is ${text:-2m}: a drain takes at least $((2 * period)) s, longer than the grace of" \
      "$PRESTOSCALE_GRACE_SECONDS s. Set classification trino-config shutdown.grace-period=20s"
}

# start_unit UNIT CHANGED: enabled for the next boot; started anew only when something of it changed.
start_unit() {
  act systemctl enable --quiet "$1"
  if [[ -n $2 ]]; then act systemctl restart "$1"; else act systemctl start "$1"; fi ||
    problem "$1 did not start: systemctl status $1"
}

# The exporter, on the primary node. Node 20 needs glibc 2.28; Amazon Linux 2 (EMR 5 and 6) has 2.26.
set_up_exporter() {
  local node port arguments
  [[ -n $EXPORTER ]] || return 0
  if [[ ! -s $ROOT$LIB/downloads/exporter.mjs ]]; then
    problem 'the exporter is left out: it was not fetched'
    return 0
  fi
  node=$(find_node) || {
    problem "the exporter is left out: $node. Run it elsewhere, on a machine with Node 20 that reaches this node:" \
      "node exporter.mjs --coordinator http://$(hostname -f 2>/dev/null || hostname):$(config_value http-server.http.port)"
    return 0
  }
  port=$(config_value http-server.http.port)
  arguments=(--coordinator "http://127.0.0.1:${port:-8889}" ${EXPORTER_OPTIONS[@]+"${EXPORTER_OPTIONS[@]}"})
  if [[ -z $ROOT ]] && ! id prestoscale >/dev/null 2>&1; then
    act useradd --system --no-create-home --shell /sbin/nologin prestoscale
  fi
  CHANGED=''
  put_file 644 "$LIB/exporter.mjs" <"$ROOT$LIB/downloads/exporter.mjs"
  put_file 755 "$LIB/exporter.sh" < <(
    printf '#!/usr/bin/env bash\nexec %q %q' "$node" "$LIB/exporter.mjs"
    printf ' %q' "${arguments[@]}"
    printf '\n'
  )
  start_unit prestoscale-exporter.service "$CHANGED"
}

# find_node: the path of a Node that runs here and is new enough; else a sentence, and false.
find_node() {
  local node version
  unpack_node
  for node in "$LIB/node/bin/node" "$(command -v node)"; do
    [[ -n $node ]] || continue
    [[ $node != "$LIB"/* ]] || [[ -x $ROOT$node ]] || continue
    if [[ $node == "$LIB"/* ]]; then version=$("$ROOT$node" --version 2>/dev/null); else version=$("$node" --version 2>/dev/null); fi
    [[ $version =~ ^v([0-9]+)\. ]] && ((BASH_REMATCH[1] >= 20)) && { printf '%s' "$node"; return 0; }
  done
  printf 'no Node 20 or newer runs here (found: %s; %s, Node 20 needs glibc 2.28)' \
    "${version:-none}" "$(getconf GNU_LIBC_VERSION 2>/dev/null || printf 'glibc unknown')"
  return 1
}

# The archive of nodejs.org has one folder around all.
unpack_node() {
  local archive=$ROOT$LIB/downloads/node.tar.gz sum
  [[ -s $archive && -z $DRY_RUN ]] || return 0
  sum=$(sha256sum "$archive" | cut -d ' ' -f 1)
  [[ $(cat "$ROOT$LIB/node/.sha256" 2>/dev/null) != "$sum" ]] || return 0
  rm -rf "$ROOT$LIB/node.new" && mkdir -p "$ROOT$LIB/node.new" &&
    tar -xzf "$archive" --strip-components=1 -C "$ROOT$LIB/node.new" && printf '%s\n' "$sum" >"$ROOT$LIB/node.new/.sha256" &&
    rm -rf "$ROOT$LIB/node" && mv "$ROOT$LIB/node.new" "$ROOT$LIB/node"
}

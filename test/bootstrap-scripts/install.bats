# install.sh and after-install.sh in a file tree like EMR's.
load helper
load tree

setup() {
  make_stand_ins
  start_node
  make_downloads
  export PRESTOSCALE_WAIT_STEP=1 PRESTOSCALE_HEALTH_SECONDS=60 PRESTOSCALE_RUN_DIR=$WORK/run
  JMX_PORT=1
}
teardown() { end_processes; }

install() { run "$SCRIPTS/install.sh" --wait 60 "$@"; }
jvm_lines() { cat "$CONF/jvm.config"; }

@test "a worker of EMR 6 and 7, both engines, everything asked for: set up, one restart, the agent started" {
  local line engine
  for line in presto:0.281-amzn-0 trino:436-amzn-0 presto:0.287-amzn-3 trino:479-amzn-1; do
    engine=${line%%:*}
    rm -rf "$WORK/root" "$WORK/systemctl.calls"
    set_node engine "{\"version\":\"${line#*:}\"}"
    make_tree "$engine" worker
    install --agent-jar-url "$JAR" --jmx-config "$YAML" --jmx-port "$JMX_PORT" --jvm-option -XX:+UseParallelGC \
      --jvm-option -Xmx9G --udf-jar "$UDF" --nofile 131072 --nproc 65536 --rebalance drain --grace 60 --allow-drain --strict
    [[ $status == 0 ]]
    after_install
    [[ $status == 0 ]]
    [[ $(jvm_lines) == "-server
-XX:G1HeapRegionSize=32M
-XX:OnOutOfMemoryError=kill -9 %p
# a comment
-Djdk.attach.allowAttachSelf=true
-XX:+UseParallelGC
-Xmx9G
-javaagent:/usr/local/lib/prestoscale/jmx-agent.jar=1:/etc/prestoscale/jmx.yaml" ]]
    [[ $(restarts "$engine-server") == 1 && $(restarts prestoscale-worker-agent) == 1 ]]
    grep -qx 'enable --quiet prestoscale-worker-agent.service' "$WORK/systemctl.calls"
    cmp "$R/usr/lib/$engine/plugin/prestoscale-my-udf/my-udf.jar" "$WORK/s3/bucket/my-udf.jar"
    grep -qx LimitNOFILE=131072 "$R/etc/systemd/system/$engine-server.service.d/prestoscale.conf"
    grep -qx "$engine - nproc 65536" "$R/etc/security/limits.d/90-prestoscale.conf"
    grep -qx PRESTOSCALE_REBALANCE=drain "$R/etc/prestoscale/agent.conf"
    grep -qx "PRESTOSCALE_ENGINE_URL=$ENGINE" "$R/etc/prestoscale/agent.conf"
    grep -qx TimeoutStopSec=80 "$R/etc/systemd/system/prestoscale-worker-agent.service.d/grace.conf"
  done
}

@test "run again: not a byte changes, nothing is restarted; with other options they are exchanged" {
  make_tree trino worker
  local before
  before=$(jvm_lines)
  install --agent-jar-url "$JAR" --jmx-config "$YAML" --jmx-port "$JMX_PORT" --jvm-option -XX:+UseZGC --udf-jar "$UDF" --allow-drain
  after_install
  local hash
  hash=$(tree_hash)
  install --agent-jar-url "$JAR" --jmx-config "$YAML" --jmx-port "$JMX_PORT" --jvm-option -XX:+UseZGC --udf-jar "$UDF" --allow-drain
  after_install
  [[ $status == 0 && $output == *'nothing to do, no restart'* ]]
  [[ $(tree_hash) == "$hash" && $(restarts trino-server) == 1 && $(restarts prestoscale-worker-agent) == 1 ]]
  install --jvm-option -Xss8M
  after_install
  [[ $(jvm_lines) == "$before"$'\n'-Xss8M && $(restarts trino-server) == 2 ]]
  install
  after_install
  [[ $(jvm_lines) == "$before" ]]
}

@test "jvm.config with and without a last newline, empty lines, the wanted option there already" {
  make_tree presto worker
  printf -- '-server\n\n-Xmx8G' >"$CONF/jvm.config"
  install --jvm-option -Dx=1
  after_install
  [[ $(jvm_lines) == $'-server\n\n-Xmx8G\n-Dx=1' ]]
  rm -rf "$WORK/root"
  make_tree presto worker
  printf -- '-server\n-Dx=1\n-Xmx8G' >"$CONF/jvm.config"
  local calls
  calls=$(restarts presto-server)
  install --jvm-option -Dx=2
  after_install
  [[ $(jvm_lines) == $'-server\n-Xmx8G\n-Dx=2' ]]
  [[ $(cat "$R/etc/prestoscale/jvm.config.before") == $'-server\n-Dx=1\n-Xmx8G' ]]
  (($(restarts presto-server) == calls + 1))
}

@test "nothing asked for: jvm.config without a last newline stays as it is, the engine is not restarted" {
  make_tree trino worker
  printf -- '-server' >"$CONF/jvm.config"
  install
  after_install
  [[ $status == 0 && $(stat -c %s "$CONF/jvm.config") == 7 && $(restarts trino-server) == 0 ]]
  [[ $(restarts prestoscale-worker-agent) == 1 ]]
}

@test "each thing the engine reads at its start, alone: one restart" {
  local arguments
  make_tree trino worker
  for arguments in '--nofile 70000' "--udf-jar $UDF" '--allow-drain'; do
    rm -f "$WORK/systemctl.calls"
    # shellcheck disable=SC2086
    install $arguments
    after_install
    [[ $status == 0 && $(restarts trino-server) == 1 ]] || { echo "$arguments: $output"; false; }
  done
}

@test "EMR writes jvm.config anew after us: its lines stay, ours come back once" {
  make_tree trino worker
  install --jvm-option -Dx=1
  after_install
  printf -- '-server\n-Xmx30G\n-Dx=1\n' >"$CONF/jvm.config"
  install --jvm-option -Dx=2
  after_install
  [[ $(jvm_lines) == $'-server\n-Xmx30G\n-Dx=2' ]]
}

@test "a wrong checksum: the download is not used; exit 0, with --strict 1" {
  make_tree trino worker
  local wrong="${JAR%%#*}#$(printf 'x' | sha256sum | cut -d ' ' -f 1)"
  install --agent-jar-url "$wrong" --jmx-config "$YAML"
  [[ $status == 0 && $output == *'it is not used'* ]]
  [[ -z $(find "$R" -name 'jmx-agent.jar*') ]]
  after_install
  [[ $status == 1 ]]
  [[ $(jvm_lines) != *javaagent* && $(restarts prestoscale-worker-agent) == 1 ]]
  install --strict --agent-jar-url "$wrong" --jmx-config "$YAML"
  [[ $status == 1 ]]
  bootstrap_log | grep -q 'it is not used'
}

@test "a download that does not exist: said, the rest is set up" {
  make_tree presto worker
  install --udf-jar "s3://bucket/none.jar#${UDF#*#}" --jvm-option -Dx=1
  [[ $status == 0 && $output == *'cannot fetch s3://bucket/none.jar'* ]]
  after_install
  [[ $output == *'none.jar is left out'* && $(jvm_lines) == *-Dx=1 ]]
}

@test "a busy port, a jar that is none, options java refuses: left out, each said, the engine lives" {
  make_tree presto worker
  install --agent-jar-url "$JAR" --jmx-config "$YAML" --jmx-port "$(a_busy_port)"
  after_install
  [[ $status == 1 && $output == *"port $(a_busy_port) is in use"* && $(jvm_lines) != *javaagent* ]]
  install --agent-jar-url "$(with_sum "$WORK/dl/jmx.yaml")" --jmx-config "$YAML" --jmx-port "$JMX_PORT"
  after_install
  [[ $output == *'is no whole jar file'* && $(jvm_lines) != *javaagent* ]]
  printf '#!/bin/sh\ncase "$*" in *Bogus*) echo "Unrecognized VM option Bogus"; exit 1;; esac\n' >"$WORK/bin/java"
  chmod +x "$WORK/bin/java"
  export PRESTOSCALE_JAVA=$WORK/bin/java
  install --agent-jar-url "$JAR" --jmx-config "$YAML" --jmx-port "$JMX_PORT" --jvm-option -XX:+Bogus
  after_install
  [[ $status == 1 && $output == *'Unrecognized VM option Bogus'* ]]
  [[ $(jvm_lines) == *javaagent* && $(jvm_lines) != *Bogus* && $(restarts presto-server) == 1 ]]
}

@test "a jar cut short with its own checksum: unzip finds out" {
  command -v unzip >/dev/null || skip 'unzip is not installed'
  make_tree presto worker
  head -c 60 "$WORK/dl/jmx.jar" >"$WORK/dl/cut.jar"
  install --agent-jar-url "$(with_sum "$WORK/dl/cut.jar")" --jmx-config "$YAML" --jmx-port "$JMX_PORT"
  after_install
  [[ $output == *'is no whole jar file'* ]]
}

@test "the engine dies of the change: everything is put back and it is started again" {
  make_tree trino worker
  local before
  before=$(cd "$R" && find etc/trino usr/lib/trino -type f -exec sha256sum {} + 2>/dev/null)
  cat >"$WORK/on-restart" <<'END'
if grep -q -- -Dbad "$PRESTOSCALE_ROOT/etc/trino/conf/jvm.config"; then
  touch "$WORK/unit-is-down"
  curl -s -d '{"down":true}' "$(sed -n s/CONTROL=//p "$WORK/addresses")/engine"
else
  rm -f "$WORK/unit-is-down"
fi
END
  PRESTOSCALE_HEALTH_SECONDS=1
  install --jvm-option -Dbad=1 --udf-jar "$UDF" --allow-drain --nofile 65536
  after_install
  [[ $status == 1 && $output == *'undoing what was changed'* ]]
  [[ $(restarts trino-server) == 2 && ! -e $WORK/unit-is-down ]]
  [[ $(cd "$R" && find etc/trino usr/lib/trino -type f -exec sha256sum {} + 2>/dev/null) == "$before" ]]
  [[ ! -e $R/etc/security/limits.d/90-prestoscale.conf ]]
}

@test "the engine lives but listens elsewhere: said, not undone" {
  make_tree trino worker
  PRESTOSCALE_HEALTH_SECONDS=1
  install --set PRESTOSCALE_ENGINE_URL=http://127.0.0.1:1 --jvm-option -Dx=1
  after_install
  [[ $status == 1 && $output == *'Does it listen elsewhere'* && $(jvm_lines) == *-Dx=1 ]]
}

@test "a worker that has been up: drained before its restart, in service after it; a coordinator: left to a person" {
  make_tree trino worker
  set_node engine '{"version":"476","uptime":"3.20h"}'
  printf 'curl -s -d "{\\"state\\":\\"ACTIVE\\"}" %s/engine\n' "$CONTROL" >"$WORK/on-restart"
  install --jvm-option -Dx=1
  after_install
  [[ $status == 0 && $(puts) == DRAINING ]]
  [[ $(restarts trino-server) == 1 && ! -e $WORK/run/shutdown ]]
  set_node engine '{"isCoordinator":true}'
  install --jvm-option -Dx=2
  after_install
  [[ $status == 1 && $output == *'restart trino-server.service by hand'* && $(restarts trino-server) == 1 ]]
}

@test "the engine is installed only later: waited for; never: said, and the node goes on" {
  make_tree presto worker
  mv "$CONF" "$WORK/conf"
  install --jvm-option -Dx=1
  (/bin/sleep 0.7 && mv "$WORK/conf" "$CONF") 3>&- &
  after_install
  [[ $status == 0 && $(jvm_lines) == *-Dx=1 ]]
  rm -rf "$R/etc/presto"
  install --wait 1
  after_install
  [[ $status == 1 && $output == *'no engine (auto) after 1 s'* ]]
}

@test "the engine's unit never runs: set up, said, not restarted" {
  make_tree presto worker
  touch "$WORK/unit-is-down"
  install --wait 1 --jvm-option -Dx=1
  after_install
  [[ $status == 1 && $output == *'does not run after 1 s'* ]]
  [[ $(jvm_lines) == *-Dx=1 && $(restarts presto-server) == 0 ]]
}

@test "the right to drain: for the agent's user alone; an access control that is there stays" {
  make_tree trino worker
  install --allow-drain --set PRESTOSCALE_USER=drainer
  after_install
  [[ $(cat "$CONF/access-control.properties") == $'access-control.name=file\nsecurity.config-file=/etc/prestoscale/drain-rules.json' ]]
  [[ $(cat "$R/etc/prestoscale/drain-rules.json") == '{"system_information":[{"user":"drainer","allow":["read","write"]},{"allow":["read"]}]}' ]]
  printf 'access-control.name=ranger\n' >"$CONF/access-control.properties"
  after_install
  [[ $status == 1 && $output == *"allow user 'drainer' to write system information"* ]]
  [[ $(cat "$CONF/access-control.properties") == access-control.name=ranger ]]
}

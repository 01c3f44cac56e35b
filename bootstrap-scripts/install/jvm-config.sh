# shellcheck shell=bash
# The engine's jvm.config: one option per line, which EMR offers no classification for. Ours are added and, when asked
# again with others, exchanged: /etc/prestoscale/jvm.config.before is the file as it was found, jvm.config.ours as it
# was left. A wrong option, a broken jar or a busy port keeps the JVM from starting: all three are tried before.

set_up_jvm() {
  local file=$CONF/jvm.config base added=()
  base=$(mktemp) || return 1
  jvm_base "$file" >"$base"
  if ((${#JVM_OPTIONS[@]} > 0)) && java_takes "the --jvm-option values" "${JVM_OPTIONS[@]}"; then
    added+=("${JVM_OPTIONS[@]}")
  fi
  if jmx_is_usable "$file"; then added+=("$(jmx_line)"); fi
  with_options "$base" ${added[@]+"${added[@]}"} >"$base.new"
  if ((${#added[@]} > 0)) || [[ -e $ROOT$ETC/jvm.config.ours ]]; then
    local changed=$CHANGED
    put_file 644 "$ETC/jvm.config.before" <"$base"
    put_file 644 "$ETC/jvm.config.ours" <"$base.new"
    CHANGED=$changed # the engine does not read these two
    put_file 644 "$file" <"$base.new"
  fi
  rm -f "$base" "$base.new"
}

# jvm_base FILE: the file without what we added. When someone else has changed it since, only our own lines go.
jvm_base() {
  local before=$ROOT$ETC/jvm.config.before ours=$ROOT$ETC/jvm.config.ours
  if [[ ! -e $ours ]]; then
    cat "$ROOT$1"
  elif cmp -s "$ROOT$1" "$ours"; then
    cat "$before"
  else
    note "$1 was changed by someone else since the last time: keeping that, and taking out only our own lines" >&2
    grep -vxF -f "$before" "$ours" >"$ours.added.$$"
    grep -vxF -f "$ours.added.$$" "$ROOT$1"
    rm -f "$ours.added.$$"
  fi
}

# with_options FILE OPTION...: FILE with each option in place of those that set the same thing.
with_options() {
  local file=$1 line option keys=$'\n' given=$'\n'
  shift
  for option in "$@"; do
    keys+=$(option_key "$option")$'\n'
    given+=$option$'\n'
  done
  local kept=$'\n'
  while IFS= read -r line || [[ -n $line ]]; do
    if [[ $given == *$'\n'"$line"$'\n'* && -n $line ]]; then
      kept+=$line$'\n'
    elif [[ -n $line && $keys == *$'\n'"$(option_key "$line")"$'\n'* ]]; then
      continue
    fi
    printf '%s\n' "$line"
  done <"$file"
  for option in "$@"; do
    [[ $kept == *$'\n'"$option"$'\n'* ]] || printf '%s\n' "$option"
  done
}

# option_key OPTION: what it sets. All collectors share a key: two of them keep the JVM from starting.
option_key() {
  case $1 in
    -XX:[+-]Use*GC) printf 'collector' ;;
    -XX:[+-]*) printf '%s' "-XX:${1:5}" ;;
    -XX:*=* | -D*=* | -javaagent:*=*) printf '%s' "${1%%=*}" ;;
    -Xm[snx]* | -Xss*) printf '%s' "${1:0:4}" ;;
    *) printf '%s' "$1" ;;
  esac
}

jmx_line() { printf '%s' "-javaagent:$LIB/jmx-agent.jar=$JMX_PORT:$ETC/jmx.yaml"; }

# Puts jar and configuration in place when all is well with them and the port; else says why and leaves the line out.
jmx_is_usable() {
  local jar=$ROOT$LIB/downloads/jmx-agent.jar yaml=$ROOT$LIB/downloads/jmx.yaml
  [[ -n $AGENT_JAR ]] || return 1
  if [[ ! -s $jar || ! -s $yaml ]]; then
    problem 'the JMX agent is left out: its jar or its configuration was not fetched'
  elif ! is_jar "$jar"; then
    problem "the JMX agent is left out: ${AGENT_JAR%%#*} is no whole jar file"
  elif ! grep -qxF -- "$(jmx_line)" "$ROOT$1" && port_is_busy "$JMX_PORT"; then
    problem "the JMX agent is left out: port $JMX_PORT is in use on this node, give another --jmx-port"
  elif java_takes 'the JMX agent' "-javaagent:$jar=127.0.0.1:0:$yaml"; then
    put_file 644 "$LIB/jmx-agent.jar" <"$jar"
    put_file 644 "$ETC/jmx.yaml" <"$yaml"
    return 0
  fi
  return 1
}

# java_takes WHAT OPTION...: tries them with the engine's own java. One that is still alive after 20 s took them.
java_takes() {
  local what=$1 java output code
  shift
  java=$(engine_java)
  [[ -n $java ]] || return 0
  output=$(timeout 20 "$java" "$@" -version 2>&1)
  code=$?
  [[ $code == 0 || $code == 124 ]] && return 0
  problem "$java does not start with $what: they are left out. It says: ${output:0:400}"
  return 1
}

# is_jar FILE: begins as a zip file does, and is whole where unzip can tell.
is_jar() {
  [[ $(head -c 2 "$1") == PK ]] || return 1
  ! command -v unzip >/dev/null || unzip -tqq "$1" >/dev/null 2>&1
}

# port_is_busy PORT: whether anything listens there, on any address (state 0A of /proc/net/tcp and tcp6).
port_is_busy() {
  local hex
  printf -v hex ':%04X' "$1"
  awk -v port="$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }' \
    /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

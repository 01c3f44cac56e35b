# shellcheck shell=bash
# The arguments of install.sh. All mistakes are found before anything is done, and told at once.
# shellcheck disable=SC2034 # what is not used by install.sh is used by after-install.sh

ENGINE_WANTED=auto
BUNDLE=''
AGENT_JAR='' AGENT_JAR_SHA256='' JMX_CONFIG='' JMX_PORT=9404
JVM_OPTIONS=() UDF_JARS=() AGENT_SETTINGS=() EXPORTER_OPTIONS=()
NOFILE='' NPROC=''
EXPORTER='' NODE_ARCHIVE=''
ALLOW_DRAIN=''
WAIT_SECONDS=1800
STRICT=''
MISTAKES=()

# parse_arguments ARGUMENTS: fills the above; false when MISTAKES holds any.
parse_arguments() {
  local name value
  while (($# > 0)); do
    name=$1
    shift
    case $name in
      --dry-run) DRY_RUN=yes ;;
      --strict) STRICT=yes ;;
      --allow-drain) ALLOW_DRAIN=yes ;;
      --*=*) set -- "${name%%=*}" "${name#*=}" "$@" ;;
      --*)
        if (($# == 0)); then
          mistake "$name needs a value"
        else
          value=$1
          shift
          take_argument "$name" "$value"
        fi
        ;;
      *) mistake "'$name' is not an argument, expected one of --engine, --jvm-option ... (docs/bootstrap.md)" ;;
    esac
  done
  check_together
  ((${#MISTAKES[@]} == 0))
}

mistake() { MISTAKES+=("$*"); }

take_argument() {
  local name=$1 value=$2
  case $name in
    --engine) one_of "$name" "$value" auto presto trino && ENGINE_WANTED=$value ;;
    --bundle) checked_url "$name" "$value" && BUNDLE=$value ;;
    --agent-jar-url) AGENT_JAR=$value ;;
    --sha256) AGENT_JAR_SHA256=$value ;;
    --jmx-config) checked_url "$name" "$value" && JMX_CONFIG=$value ;;
    --jmx-port) number "$name" "$value" 1 65535 && JMX_PORT=$value ;;
    --jvm-option) jvm_option "$value" && JVM_OPTIONS+=("$value") ;;
    --udf-jar) checked_url "$name" "$value" && UDF_JARS+=("$value") ;;
    --nofile) number "$name" "$value" 4096 1048576 && NOFILE=$value ;;
    --nproc) number "$name" "$value" 1024 4194304 && NPROC=$value ;;
    --exporter-url) checked_url "$name" "$value" && EXPORTER=$value ;;
    --exporter-option) EXPORTER_OPTIONS+=("$value") ;;
    --node-url) checked_url "$name" "$value" && NODE_ARCHIVE=$value ;;
    --rebalance) one_of "$name" "$value" ignore drain && AGENT_SETTINGS+=("PRESTOSCALE_REBALANCE=$value") ;;
    --grace) number "$name" "$value" 1 86400 && AGENT_SETTINGS+=("PRESTOSCALE_GRACE_SECONDS=$value") ;;
    --join) number "$name" "$value" 0 86400 && AGENT_SETTINGS+=("PRESTOSCALE_JOIN_SECONDS=$value") ;;
    --set) agent_setting "$value" && AGENT_SETTINGS+=("$value") ;;
    --wait) number "$name" "$value" 1 86400 && WAIT_SECONDS=$value ;;
    *) mistake "there is no argument $name; docs/bootstrap.md lists them" ;;
  esac
}

# What only shows when all are known.
check_together() {
  if [[ -n $AGENT_JAR ]]; then
    [[ -z $AGENT_JAR_SHA256 ]] || AGENT_JAR="${AGENT_JAR%%#*}#$AGENT_JAR_SHA256"
    checked_url --agent-jar-url "$AGENT_JAR"
    [[ -n $JMX_CONFIG ]] || mistake '--agent-jar-url needs --jmx-config URL#SHA256: without one the agent shows thousands of series'
  elif [[ -n $JMX_CONFIG$AGENT_JAR_SHA256 ]]; then
    mistake '--jmx-config and --sha256 belong to --agent-jar-url, which is missing'
  fi
  local udf names=' '
  for udf in ${UDF_JARS[@]+"${UDF_JARS[@]}"}; do
    udf=$(basename "${udf%%#*}")
    [[ $names != *" $udf "* ]] || mistake "two --udf-jar are named $udf: each becomes a plugin of that name"
    names+="$udf "
  done
  [[ -z $NODE_ARCHIVE || -n $EXPORTER ]] || mistake '--node-url is only of use with --exporter-url'
}

one_of() {
  local name=$1 value=$2 allowed
  shift 2
  for allowed in "$@"; do [[ $value == "$allowed" ]] && return 0; done
  mistake "$name is '$value', expected one of: $*"
  return 1
}

number() {
  if [[ $2 =~ ^[1-9][0-9]{0,8}$|^0$ ]] && (($2 >= $3 && $2 <= $4)); then return 0; fi
  mistake "$1 is '$2', expected a whole number from $3 to $4"
  return 1
}

checked_url() {
  local url=${2%%#*} sum=${2#*#}
  if [[ ! $url =~ ^(s3|https|file)://[^[:space:]]+$ ]]; then
    mistake "$1 is '$2', expected s3://..., https://... or file://..."
    return 1
  fi
  [[ $2 == *'#'* && $sum =~ ^[0-9a-f]{64}$ ]] && return 0
  mistake "$1 is '$2', expected URL#SHA256 with the 64 hex digits that sha256sum prints: what has no checksum is not run"
  return 1
}

# One option per line of jvm.config; the JMX agent has its own arguments.
jvm_option() {
  if [[ ! $1 =~ ^-[A-Za-z][^[:space:]]*$ ]]; then
    mistake "--jvm-option is '$1', expected one option such as -XX:+UseG1GC"
    return 1
  fi
}

agent_setting() {
  local entry
  # shellcheck disable=SC2153
  for entry in "${AGENT_DEFAULTS[@]}"; do
    [[ ${entry%%=*} == "${1%%=*}" && $1 == *=* && $1 != *$'\n'* ]] && return 0
  done
  mistake "--set is '$1', expected NAME=value with a NAME of the worker agent's settings (docs/bootstrap.md)"
  return 1
}

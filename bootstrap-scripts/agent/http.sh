# shellcheck shell=bash
# One HTTP request at a time, always with a time limit and never through a proxy. The answer stands in HTTP_CODE
# (000 = no answer), HTTP_BODY and CURL_EXIT (7 = nothing listens there).

HTTP_CODE=000
HTTP_BODY=''
CURL_EXIT=0

# http CURL-ARGUMENTS: fills the three; true when there was an answer of any kind.
http() {
  local out
  out=$(curl -q --silent --noproxy '*' --connect-timeout 2 --max-time 5 --write-out '\n%{http_code}' "$@" 2>/dev/null)
  CURL_EXIT=$?
  HTTP_CODE=${out##*$'\n'}
  HTTP_BODY=${out%$'\n'*}
  [[ $CURL_EXIT == 0 ]] || HTTP_CODE=000
  [[ $HTTP_CODE != 000 ]]
}

# engine_http URL CURL-ARGUMENTS: a request to a node of the cluster, as our user. PrestoSQL before 351 reads the
# X-Presto-User header; PrestoDB wants none and takes both.
engine_http() {
  local url=$1
  shift
  local options=(--header "X-Trino-User: $PRESTOSCALE_USER" --header "X-Presto-User: $PRESTOSCALE_USER")
  [[ -z $PRESTOSCALE_CA_FILE ]] || options+=(--cacert "$PRESTOSCALE_CA_FILE")
  [[ -z $PRESTOSCALE_CURL_CONFIG ]] || options+=(--config "$PRESTOSCALE_CURL_CONFIG")
  http "${options[@]}" "$@" "$url"
}

# json_text NAME / json_flag NAME: the first such field of HTTP_BODY; empty when it is not there.
json_text() {
  local pattern="\"$1\"[[:space:]]*:[[:space:]]*\"([^\"]*)\""
  [[ $HTTP_BODY =~ $pattern ]] && printf '%s' "${BASH_REMATCH[1]}"
}
json_flag() {
  local pattern="\"$1\"[[:space:]]*:[[:space:]]*(true|false)"
  [[ $HTTP_BODY =~ $pattern ]] && printf '%s' "${BASH_REMATCH[1]}"
}

# shellcheck shell=bash
# The EC2 instance metadata service, version 2: a token first, then what it says of this instance's future.
# An answer that is neither 200 nor 404 says nothing: what was known stays.

IMDS_TOKEN=''
IMDS_SEEN=''
IMDS_ASK_AFTER=0 # seconds since 1970; after no answer at all it is left alone for a minute

# Updates the reasons spot and rebalance.
watch_metadata() {
  (($(now) >= IMDS_ASK_AFTER)) || return 0
  watch_notice spot spot/instance-action || return 0
  [[ $PRESTOSCALE_REBALANCE == drain ]] || return 0
  watch_notice rebalance events/recommendations/rebalance
}

# watch_notice REASON PATH: 200 sets the reason, 404 withdraws it.
watch_notice() {
  metadata "$2" || return 1
  case $HTTP_CODE in
    200) set_reason "$1" "${HTTP_BODY//$'\n'/ }" ;;
    404) clear_reason "$1" ;;
    *) say imds "instance metadata answered $HTTP_CODE for $2, expected 200 or 404: what was known stays" ;;
  esac
}

# metadata PATH: one reading, with a new token when the old one is refused. False = nobody answers.
metadata() {
  [[ -n $IMDS_TOKEN ]] || new_token || return 1
  read_metadata "$1" || return 1
  [[ $HTTP_CODE == 401 ]] || return 0
  new_token && read_metadata "$1"
}

read_metadata() {
  http --header "X-aws-ec2-metadata-token: $IMDS_TOKEN" --connect-timeout 1 --max-time 2 \
    "$PRESTOSCALE_IMDS/latest/meta-data/$1" || no_metadata
}

new_token() {
  IMDS_TOKEN=''
  http --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 300' --connect-timeout 1 --max-time 2 \
    "$PRESTOSCALE_IMDS/latest/api/token" || no_metadata || return 1
  if [[ $HTTP_CODE != 200 || -z $HTTP_BODY ]]; then
    say imds "instance metadata gave no token (HTTP $HTTP_CODE): spot notices are not seen"
    return 1
  fi
  IMDS_TOKEN=$HTTP_BODY IMDS_SEEN=yes
  hush imds
}

no_metadata() {
  # A service that has answered before is asked again at once: a notice may come any second.
  if [[ -z $IMDS_SEEN ]]; then
    say imds "nobody answers at $PRESTOSCALE_IMDS: not on EC2, or its metadata service is off; asking once a minute"
    IMDS_ASK_AFTER=$(($(now) + 60))
  fi
  return 1
}

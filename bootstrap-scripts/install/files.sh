# shellcheck shell=bash
# What install.sh and after-install.sh change, they change through these few functions: nothing is written that is
# already so, nothing at all with --dry-run, and every path lies below PRESTOSCALE_ROOT (empty on a real node).

ROOT=${PRESTOSCALE_ROOT:-}
LIB=/usr/local/lib/prestoscale
ETC=/etc/prestoscale
LOG=/var/log/prestoscale/bootstrap.log
DRY_RUN=${DRY_RUN:-}
PROBLEMS=0
# yes once put_file changed something; callers empty it before.
# shellcheck disable=SC2034
CHANGED=''

# note WORDS: to the screen and, with a time, to the log.
note() {
  printf 'prestoscale: %s\n' "$*"
  [[ -z $DRY_RUN ]] || return 0
  [[ -d $ROOT${LOG%/*} ]] || mkdir -p "$ROOT${LOG%/*}"
  printf '%s %s\n' "$(TZ=UTC0 printf '%(%Y-%m-%dT%H:%M:%SZ)T' -1)" "$*" >>"$ROOT$LOG"
} 2>/dev/null

# problem WORDS: something is not as asked. Says it and goes on; --strict turns it into an exit code at the end.
problem() {
  PROBLEMS=$((PROBLEMS + 1))
  note "PROBLEM: $*"
}

# act COMMAND: runs it, or only says it with --dry-run.
act() {
  if [[ -n $DRY_RUN ]]; then
    note "would run: $*"
    return 0
  fi
  "$@"
}

# put_file MODE PATH: its input becomes that file, whole or not at all, with the owner of the one that was there. Not to
# be the end of a pipe: CHANGED would be lost with the pipe's process.
put_file() {
  local mode=$1 path=$2 file=$ROOT$2 near=$ROOT$2.prestoscale.$$
  if [[ -n $DRY_RUN ]]; then
    cmp -s - "$file" && return 0
    # shellcheck disable=SC2034
    CHANGED=yes
    note "would write $path"
    return 0
  fi
  [[ -d ${file%/*} ]] || mkdir -p "${file%/*}"
  if ! cat >"$near" || ! chmod "$mode" "$near"; then
    problem "cannot write $path: is the disk full or read-only?"
    rm -f "$near"
    return 1
  fi
  if cmp -s "$near" "$file"; then
    rm -f "$near"
    return 0
  fi
  # shellcheck disable=SC2034
  CHANGED=yes
  remember "$file"
  [[ ! -e $file ]] || chown --reference="$file" "$near" 2>/dev/null
  mv -f "$near" "$file" && note "wrote $path"
}

# Between keep_undo and undo, what put_file overwrites is kept aside.
UNDO=''
keep_undo() { [[ -n $DRY_RUN ]] || UNDO=$(mktemp -d); }

remember() {
  [[ -n $UNDO ]] || return 0
  local kept=$UNDO$1
  mkdir -p "${kept%/*}"
  if [[ -e $1 ]]; then cp -p "$1" "$kept"; else : >"$kept.was-not-there"; fi
}

undo() {
  local kept
  while IFS= read -r kept; do
    local path=${kept#"$UNDO"}
    if [[ $path == *.was-not-there ]]; then rm -f "${path%.was-not-there}"; else cp -p "$kept" "$path"; fi
  done < <(find "$UNDO" -type f)
}

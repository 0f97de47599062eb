# Presses the bell of a camera of the recorder that the Homebridge plugin runs: sh bell.sh CAMERA
# Runs on the machine of Homebridge; STORAGE is Homebridge's folder.
set -eu
storage=${STORAGE:-data}
nightjar=${NIGHTJAR:-../../packages/core/bin/nightjar}
config=$storage/nightjar/nightjar.yaml
port=$(sed -n 's/^ *"port": \([0-9]*\).*/\1/p' "$config")
# A token of its own, made at the first press: it may trigger this camera and no other. In a file as a header, so that it is on no command line.
header=$storage/bell-$1.header
umask 077
[ -s "$header" ] || printf 'Authorization: Bearer %s\n' "$("$nightjar" token create "bell of $1" --role operator --camera "$1" --config "$config")" > "$header"
curl -fsS -X POST "http://127.0.0.1:$port/api/v1/cameras/$1/trigger" -H @"$header" -H 'Content-Type: application/json' -d '{"action": "pulse", "cause": "bell"}'
echo

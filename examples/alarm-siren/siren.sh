#!/bin/sh
# siren.sh [COMMAND [ARGUMENT…]]: when an armed camera sees something, says so and runs COMMAND, with the camera's and the event's id as its last
# arguments. Where the broker is, and with which password, is read from XDG_CONFIG_HOME/mosquitto_sub. Needs mosquitto_sub (2.0) and jq.
set -u
base=${NIGHTJAR_BASE:-nightjar}
# What has sounded: after a lost connection a message may come twice.
sounded=${SIREN_SOUNDED:-sounded.txt}
# Seconds. What is told later than this, for instance because the network was away, is no alarm any more.
late=60

for program in mosquitto_sub jq; do
  command -v "$program" > /dev/null || { echo "siren: $program is missing" >&2; exit 1; }
done
touch "$sounded" || exit 1

alarms() {
  jq --raw-input --raw-output --unbuffered --argjson late "$late" '
    fromjson? | objects
    | select(.event_type == "start" and .kind == "motion" and .armed == true)
    | select((.start[:19] + "Z" | fromdate) > now - $late)
    | [.server, .camera, .id, .start] | @tsv'
}

echo "waiting for alarms on $base/camera/+/event"
# Once connected, mosquitto_sub connects again by itself. It ends where the broker is not there at the start, and where it refuses.
# -c -x: the broker keeps what happens while this is away for so long. -R: nothing retained.
while :; do
  mosquitto_sub -V 5 -i "siren-$(uname -n)" -c -x "$late" -q 1 -R -t "$base/camera/+/event"
  # By a signal: this is stopped, or what reads it is gone.
  [ $? -lt 128 ] || exit
  sleep 2
done | alarms | while IFS="$(printf '\t')" read -r server camera event start; do
  key="$server $camera $event $start"
  grep -qxF "$key" "$sounded" && continue
  recent=$(tail -n 99 "$sounded")
  printf '%s\n' "$recent" "$key" > "$sounded"
  echo "SIREN: camera $camera, event $event"
  [ $# = 0 ] || "$@" "$camera" "$event" < /dev/null
done

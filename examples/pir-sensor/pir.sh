#!/bin/sh
# pir.sh TOPIC CAMERA: records CAMERA while a movement sensor says {"occupancy":true} on TOPIC, as those of Zigbee2MQTT do.
# Where the broker is, and with which password, is read from XDG_CONFIG_HOME. Needs mosquitto_sub and mosquitto_pub (2.0), and jq.
set -u
topic=$1
camera=$2
base=${NIGHTJAR_BASE:-nightjar}
# Seconds that one pulse records. Pulses are repeated while somebody is there, so a sensor whose battery dies, a broker or a script that is away
# end the recording by themselves.
pulse=${PIR_SECONDS:-20}
# Seconds after which a sensor that still says true is taken for stuck.
longest=${PIR_LONGEST:-600}

record() {
  mosquitto_pub -V 5 -D publish message-expiry-interval 10 -q 1 -t "$base/camera/$camera/cmd/trigger" \
    -m "{\"action\":\"pulse\",\"duration\":$pulse,\"source\":\"pir.sh\",\"label\":\"PIR\"}"
}

# One line whenever something is known of the sensor, and `tick` twice in each pulse.
words() {
  while sleep "$((pulse / 2))"; do echo tick; done &
  while :; do
    # -R: what the broker kept may be from yesterday.
    mosquitto_sub -R -q 1 -t "$topic"
    [ $? -lt 128 ] || exit
    echo '{"occupancy":false}'
    sleep 2
  done
}

echo "waiting for $topic"
until=0
words | jq --raw-input --raw-output --unbuffered 'if . == "tick" then . else fromjson? | objects | .occupancy end' | while read -r word; do
  now=$(date +%s)
  case $word in
    true) until=$((now + longest)); echo "somebody is there: recording $camera" ;;
    false) until=0 ;;
    tick) ;;
    *) continue ;;
  esac
  [ "$now" -ge "$until" ] || record
done

#!/bin/sh
# horn.sh CAMERA EVENT: switches a plug with Tasmota on for half a minute. Put here whatever makes noise at your place.
mosquitto_pub -t cmnd/siren/POWER -m ON
sleep "${HORN_SECONDS:-30}"
mosquitto_pub -t cmnd/siren/POWER -m OFF

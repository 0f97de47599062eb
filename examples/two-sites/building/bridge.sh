#!/bin/sh
# bridge.sh: writes the password of the bridge into its configuration, which goes where only you can read it.
set -eu
umask 077
mkdir -p building/secrets/bridge
while IFS= read -r line; do
  [ "$line" != 'remote_password -' ] || line="remote_password $(cat site/secrets/building1/password)"
  printf '%s\n' "$line"
done < building/bridge.conf > building/secrets/bridge/site.conf

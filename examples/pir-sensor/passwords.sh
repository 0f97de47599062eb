#!/bin/sh
# passwords.sh FOLDER PORT USER…: makes a password for each user of the broker on PORT, in FOLDER/secrets, where only you can read them.
# Users that are there keep theirs; delete FOLDER/secrets to begin anew.
set -eu
umask 077
folder=$1/secrets
port=$2
shift 2

for user in "$@"; do
  [ -d "$folder/$user" ] && continue
  mkdir -p "$folder/$user"
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '%s\n' "$password" > "$folder/$user/password"
  printf '%s:%s\n' "$user" "$password" >> "$folder/users"
  # mosquitto_sub and mosquitto_pub read their options there when XDG_CONFIG_HOME is this folder. On a command line
  # everybody on the machine could read the password.
  for program in sub pub; do
    printf '%s\n' '-h 127.0.0.1' "-p $port" "-u $user" "-P $password" > "$folder/$user/mosquitto_$program"
  done
done

# The same users for mosquitto, which keeps only hashes.
if command -v mosquitto_passwd > /dev/null; then
  cp "$folder/users" "$folder/mosquitto.passwords"
  mosquitto_passwd -U "$folder/mosquitto.passwords"
fi
echo "passwords of $* are in $folder"

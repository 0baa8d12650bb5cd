#!/bin/sh
# Grants gateway, processor and sink the minimum permissions that they need on a Kafka cluster with an authorizer.
#
#   deploy/kafka-acls.sh BOOTSTRAP-SERVER ADMIN.PROPERTIES
#
# Principals are User:heritage-gateway, User:heritage-processor and User:heritage-sink; other names: GATEWAY=User:x …
# KafkaAclsTest runs the three parts with these permissions only.
set -eu
server=$1
config=$2
gateway=${GATEWAY:-User:heritage-gateway}
processor=${PROCESSOR:-User:heritage-processor}
sink=${SINK:-User:heritage-sink}

# allow PRINCIPAL RESOURCE PATTERN NAME OPERATION...
allow() {
  principal=$1 resource=$2 pattern=$3 name=$4
  shift 4
  for operation in "$@"; do
    set -- --bootstrap-server "$server" --command-config "$config" --add --force --allow-principal "$principal" \
      --operation "$operation" --resource-pattern-type "$pattern"
    case $resource in
      cluster) kafka-acls.sh "$@" --cluster ;;
      *) kafka-acls.sh "$@" "--$resource" "$name" ;;
    esac
  done
}

# Every part creates what is missing, sets up the share groups, and asks the brokers for their default replication.
allow "$gateway" topic prefixed heritage. Create Describe
allow "$gateway" group prefixed heritage.jobs. Describe AlterConfigs
allow "$gateway" cluster literal kafka-cluster DescribeConfigs
allow "$processor" topic prefixed heritage. Create Describe
allow "$processor" group prefixed heritage.jobs. Describe AlterConfigs
allow "$processor" cluster literal kafka-cluster DescribeConfigs
allow "$sink" topic prefixed heritage. Create Describe
allow "$sink" group prefixed heritage.jobs. Describe AlterConfigs
allow "$sink" cluster literal kafka-cluster DescribeConfigs

# The gateway writes media, jobs and rejections. It reads the queues, and the events of jobs that callers wait for. Without Read on
# the events, the sink answers those callers, a little later. The gateway also checks the brokers' disks; without Describe on the
# cluster it does not notice that a disk is full.
allow "$gateway" topic literal heritage.media Write DescribeConfigs
allow "$gateway" topic literal heritage.results DescribeConfigs
allow "$gateway" topic prefixed heritage.jobs. Read Write
allow "$gateway" topic literal heritage.events Read Write
allow "$gateway" cluster literal kafka-cluster Describe

# The processor takes jobs, reads media, writes results.
allow "$processor" topic prefixed heritage.jobs. Read
allow "$processor" group prefixed heritage.jobs. Read
allow "$processor" topic literal heritage.media Read
allow "$processor" topic literal heritage.results Write
allow "$processor" topic literal heritage.events Read Write
allow "$processor" topic literal heritage.commands Read
allow "$processor" topic literal heritage.workers Write
allow "$processor" topic literal heritage.controls Read
allow "$processor" cluster literal kafka-cluster Describe

# The sink folds jobs and events, keeps its state in its own topics, requeues jobs and reads media for replies. Where owners share
# lanes, it commits group offsets that mark from where on their topics are still needed.
allow "$sink" topic prefixed heritage.jobs. Read Write
allow "$sink" topic literal heritage.events Read Write
allow "$sink" topic literal heritage.commands Write
allow "$sink" topic literal heritage.workers Read
allow "$sink" topic literal heritage.controls Read Write
allow "$sink" topic literal heritage.media Read
allow "$sink" topic literal heritage.results Read
allow "$sink" topic prefixed heritage-sink- Create Describe DescribeConfigs Read Write Delete
allow "$sink" group prefixed heritage.jobs. Read
allow "$sink" group literal heritage-sink Read Describe

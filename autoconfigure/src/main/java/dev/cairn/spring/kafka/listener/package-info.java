/**
 * Kafka listeners: each record that is given up is one incident, regardless of the number
 * of deliveries.
 */
@NullMarked
package dev.cairn.spring.kafka.listener;

import org.jspecify.annotations.NullMarked;

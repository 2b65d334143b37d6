/**
 * One view of the metrics of all processes of a host: an application without Spring.
 */
@NullMarked
package dev.cairn.host;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.cairn.collector.server;

import org.jspecify.annotations.NullMarked;

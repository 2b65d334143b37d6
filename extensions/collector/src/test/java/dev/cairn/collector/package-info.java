@NullMarked
package dev.cairn.collector;

import org.jspecify.annotations.NullMarked;

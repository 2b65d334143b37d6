@NullMarked
package dev.cairn.console;

import org.jspecify.annotations.NullMarked;

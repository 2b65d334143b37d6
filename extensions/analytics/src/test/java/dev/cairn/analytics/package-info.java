@NullMarked
package dev.cairn.analytics;

import org.jspecify.annotations.NullMarked;

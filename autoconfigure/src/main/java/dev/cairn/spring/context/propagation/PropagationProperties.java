package dev.cairn.spring.context.propagation;

import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the propagation of the context to other threads.
 *
 * @param enabled Whether the tasks of executors, the asynchronous results of requests and
 * the methods that are annotated with Async have the context of their callers, and
 * whether the latter and command-line runs are units of work.
 * @param excludeExecutors Names of executor beans that are left as they are. Supports the
 * * wildcard.
 */
@ConfigurationProperties("cairn.context.propagation")
record PropagationProperties(@DefaultValue("true") boolean enabled, @DefaultValue List<String> excludeExecutors) {
}

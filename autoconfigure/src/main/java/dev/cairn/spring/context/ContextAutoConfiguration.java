package dev.cairn.spring.context;

import java.util.Map;

import dev.cairn.spring.arguments.FailedCalls;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the values that are bound to the
 * current unit of work.
 */
@AutoConfiguration(before = CairnAutoConfiguration.class)
@ConditionalOnCairn("errors")
public final class ContextAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	BoundValues cairnBoundValues(ObjectProvider<FailedCalls> calls) {
		FailedCalls failed = calls.getIfAvailable();
		return new BoundValues((failed != null) ? failed::boundTo : (thrown) -> Map.of());
	}

}

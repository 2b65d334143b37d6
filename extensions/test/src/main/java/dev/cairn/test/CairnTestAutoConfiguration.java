package dev.cairn.test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the {@link CairnRecorder} of a
 * test.
 */
@AutoConfiguration
public final class CairnTestAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	CairnRecorder cairnRecorder() {
		return new CairnRecorder();
	}

}

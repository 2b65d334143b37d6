package dev.cairn.spring.file;

import dev.cairn.ApplicationFrames;
import dev.cairn.Limits;
import dev.cairn.Redactor;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.file.StreamSender;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for messages to standard output.
 */
@AutoConfiguration(before = CairnAutoConfiguration.class)
@ConditionalOnCairn(value = "stdout", enabledByDefault = false)
@EnableConfigurationProperties(StdoutSinkProperties.class)
public final class StdoutSinkAutoConfiguration {

	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean(name = "cairnStdoutSink")
	AsyncSink cairnStdoutSink(StdoutSinkProperties properties, Accounts ledger, Limits limits, Redactor redactor,
			ApplicationFrames application) {
		StreamSender sender = StreamSender.stdout(properties.encoding().encoder(redactor, application),
				limits.maxBytes());
		return new AsyncSink(ledger.channel("stdout"), sender, properties.delivery().toOptions("cairn.stdout"));
	}

}

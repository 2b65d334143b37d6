package dev.cairn.spring.file;

import java.util.Objects;

import dev.cairn.ApplicationFrames;
import dev.cairn.Limits;
import dev.cairn.Redactor;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.file.UdpSender;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import dev.cairn.spring.core.InvalidProperty;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for messages as datagrams.
 */
@AutoConfiguration(before = CairnAutoConfiguration.class)
@ConditionalOnCairn(value = "udp", configured = "cairn.udp.host")
@EnableConfigurationProperties(UdpSinkProperties.class)
public final class UdpSinkAutoConfiguration {

	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean(name = "cairnUdpSink")
	AsyncSink cairnUdpSink(UdpSinkProperties properties, Accounts ledger, Limits limits, Redactor redactor,
			ApplicationFrames application) {
		InvalidProperty.requireRange("cairn.udp.port", properties.port(), properties.port(), 1, 65_535);
		UdpSender sender = new UdpSender(Objects.requireNonNull(properties.host()), properties.port(),
				properties.encoding().encoder(redactor, application), limits.maxBytes());
		return new AsyncSink(ledger.channel("udp"), sender, properties.delivery().toOptions("cairn.udp"));
	}

}

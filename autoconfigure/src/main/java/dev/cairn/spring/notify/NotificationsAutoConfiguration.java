package dev.cairn.spring.notify;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

import dev.cairn.ApplicationFrames;
import dev.cairn.Origin;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import dev.cairn.engine.Settings;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Threads;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mail.MailSender;
import org.springframework.scheduling.config.ScheduledTaskHolder;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for notifications of people by
 * webhook, by mail and by beans of type {@link Notifier}. Without any of them, nothing is
 * observed.
 */
@AutoConfiguration(before = CairnAutoConfiguration.class,
		afterName = "org.springframework.boot.mail.autoconfigure.MailSenderAutoConfiguration")
@ConditionalOnCairn("notifications")
@EnableConfigurationProperties(NotificationsProperties.class)
public final class NotificationsAutoConfiguration {

	private static final String WEBHOOK = NotificationsProperties.PREFIX + "webhook-url";

	private static final String MAIL = NotificationsProperties.PREFIX + "mail-to";

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final Duration PAUSE = Duration.ofSeconds(1);

	/** Boot's property without a library or a server must not be silent. */
	@Bean
	@ConditionalOnCairn(configured = MAIL)
	@ConditionalOnMissingBean(name = "cairnMailNotifier")
	@SuppressWarnings("DoNotCallSuggester")
	Notifier cairnMissingMailNotifier(NotificationsProperties properties) {
		throw new InvalidConfigurationPropertyValueException(MAIL, properties.mailTo(),
				"It requires a bean of type MailSender: add spring-boot-starter-mail, and set spring.mail.host.");
	}

	@Bean
	@ConditionalOnBean(Notifier.class)
	@ConditionalOnMissingBean
	Notifications cairnNotifications(NotificationsProperties properties, Origin origin, Accounts ledger,
			Redactor redactor, Settings.Holder settings, Extensions extensions, Incidents incidents,
			ApplicationFrames application, Threads.Budget shutdown, ObjectProvider<Notifier> notifiers,
			ObjectProvider<ScheduledTaskHolder> tasks) {
		InstantSource clock = InstantSource.system();
		Channel channel = ledger.channel(Notifications.CHANNEL);
		NotificationDispatcher dispatcher = new NotificationDispatcher(origin, redactor, settings, channel,
				properties.exclude(), properties.toLimiter(), clock);
		return new Notifications(dispatcher, properties.toFailureGroups(), properties.toRequestRules(),
				new ChannelRules(ledger, channel.name()),
				new ScheduleRules(
						() -> tasks.stream().flatMap((holder) -> holder.getScheduledTasks().stream()).toList(),
						clock.instant()),
				incidents, application, extensions, () -> List.copyOf(notifiers.orderedStream().toList()),
				(notifier) -> new NotifierQueue(notifier, extensions, channel, PAUSE), shutdown::left, clock);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn(configured = WEBHOOK)
	static class WebhookConfiguration {

		@Bean
		Notifier cairnWebhookNotifier(NotificationsProperties properties) {
			return new WebhookNotifier(properties.toWebhook(), TIMEOUT);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn(configured = MAIL)
	@ConditionalOnClass(MailSender.class)
	static class MailConfiguration {

		@Bean
		@ConditionalOnBean(MailSender.class)
		Notifier cairnMailNotifier(NotificationsProperties properties, MailSender sender) {
			return new MailNotifier(sender, properties.mailFrom(), properties.recipients());
		}

	}

}

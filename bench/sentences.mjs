import { randomNumbers } from './random.mjs';

const words = (text) => text.trim().split(/\s+/);
const who =
  words(`the_checkout the_mailer the_search the_billing a_customer a_courier the_warehouse the_database
  the_scheduler the_gateway a_worker the_cache the_importer the_archive the_balancer the_printer an_editor the_auditor
  the_index the_queue`);
const did =
  words(`lost delayed repeated refused forgot doubled encrypted copied restored rejected overwrote renamed
  counted cached indexed compressed translated merged split archived`);
const what =
  words(`payments orders invoices letters parcels passwords images backups tables reports certificates
  prices addresses messages sessions thumbnails contracts recipes maps songs`);
const when =
  words(`at_night after_the_update during_the_sale in_the_morning under_heavy_load after_a_power_cut
  on_the_first_of_the_month while_the_network_was_slow before_the_release since_the_migration for_three_hours
  without_a_warning in_two_regions for_new_customers once_a_week behind_the_proxy on_old_phones after_a_retry
  in_the_test_system at_the_border`);

/** Different English sentences of eight words or so; at most 160,000. */
export function sentences(count) {
  const random = randomNumbers(7);
  const pick = (from) => from[Math.floor(random() * from.length)].replaceAll('_', ' ');
  const made = new Set();
  while (made.size < count) made.add(`${pick(who)} ${pick(did)} ${pick(what)} ${pick(when)}`);
  return [...made];
}

import { encodingOf } from './encoding.ts'
import { Refusal } from './refusal.ts'

/** What a file is by its first bytes. */
export type Kind = 'zip' | 'ole2' | 'pdf' | 'xml' | 'json' | 'html' | 'text'

/** Refuses what no import can read: pictures, programs, other archives, anything with NUL bytes that is not UTF-16. */
export function kindOf(head: Uint8Array): Kind {
  const starts = (...bytes: readonly number[]) => bytes.every((byte, index) => head[index] === byte)
  if (starts(0x50, 0x4b, 0x03, 0x04) || starts(0x50, 0x4b, 0x05, 0x06)) return 'zip'
  if (starts(0xd0, 0xcf, 0x11, 0xe0)) return 'ole2'
  if (Buffer.from(head.subarray(0, 1024)).includes('%PDF-')) return 'pdf'
  if (starts(0x89, 0x50, 0x4e, 0x47) || starts(0xff, 0xd8, 0xff)) throw new Refusal('unknown-kind', 'picture')
  if (starts(0x52, 0x61, 0x72, 0x21) || starts(0x37, 0x7a, 0xbc, 0xaf))
    throw new Refusal('unknown-kind', 'RAR or 7z')
  const text = new TextDecoder(encodingOf(head) ?? 'utf-8').decode(head).trimStart()
  if (/^<\?xml|^<smses/i.test(text)) return /<html|<table/i.test(text) ? 'html' : 'xml'
  if (/^(<!doctype html|<html|<table|<meta|<head|<style)/i.test(text)) return 'html'
  if (/^<!DOCTYPE/i.test(text)) return 'xml'
  if (/^(\[\s*[[{"]|\{\s*")/.test(text) || text === '[]') return 'json'
  return 'text'
}
